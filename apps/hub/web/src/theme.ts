import { createTheme, type CSSVariablesResolver } from "@mantine/core";

/** Colours dark enough that white text on them reads well (WCAG AA) in both schemes; system fonts only. */
export const THEME = createTheme({
  primaryColor: "blue",
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  luminanceThreshold: 0.183,
  defaultRadius: "md",
  respectReducedMotion: true,
  focusRing: "auto",
  cursorType: "pointer",
});

/** Mantine's own grey for lesser text, and its tints for badges and alerts, are too pale to be read by all. */
export const CSS_VARIABLES: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#565d64",
    "--mantine-color-placeholder": "#6b7279",
    "--mantine-color-body": "#fff",
    "--mantine-color-error": "#c92a2a",
    "--mantine-color-blue-light-hover": "#d0ebff",
    "--mantine-color-teal-light-color": "#05603f",
    "--mantine-color-orange-light-color": "#943204",
  },
  dark: {
    "--mantine-color-dimmed": "#b0b3b8",
    "--mantine-color-placeholder": "#9ea2a8",
    "--mantine-color-error": "#ffa8a8",
  },
});
