import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defaultClientConditions, defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The page is built from the sources of its two pure packages, so it needs no build of theirs first. */
const config = defineConfig({
  root: here("."),
  plugins: [react()],
  resolve: { conditions: ["source", ...defaultClientConditions] },
  build: {
    outDir: here("../dist-web"),
    emptyOutDir: true,
    target: "es2022",
    // Inlined assets would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    // The page takes types and constants from the two pure packages; their schemas are checked by the hub and stay there.
    rolldownOptions: {
      treeshake: { moduleSideEffects: (id: string) => !/packages[/\\](protocol|session)[/\\]/.test(id) },
    },
  },
});

export default config;
