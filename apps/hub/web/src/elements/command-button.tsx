import { Button, type ButtonProps } from "@mantine/core";
import type { ReactNode } from "react";

interface Props extends ButtonProps {
  readonly id?: string;
  readonly pending?: boolean;
  /** Left out by a button that sends its form. */
  readonly onPress?: () => void;
  readonly children: ReactNode;
  readonly label?: string;
}

/**
 * A button that sends something. While it waits or cannot act it stays focusable (a disabled button throws the
 * keyboard user back to the top of the page), says so to assistive technology and does nothing.
 */
export function CommandButton({ pending = false, disabled = false, onPress, children, label, ...look }: Props) {
  const isIdle = pending || disabled;
  return (
    <Button
      {...look}
      type={onPress ? "button" : "submit"}
      data-disabled={isIdle}
      aria-disabled={isIdle}
      aria-busy={pending}
      aria-label={label}
      onClick={(event) => {
        if (isIdle) event.preventDefault();
        else onPress?.();
      }}
    >
      {children}
    </Button>
  );
}
