import clsx from "clsx";
import { type ComponentProps, forwardRef } from "react";
import { Hint } from "./Hint";

export type IconButtonProps = Omit<ComponentProps<"button">, "aria-label" | "title"> & {
  /** What it does; said by screen readers and shown on hover. */
  name: string;
  keys?: string | undefined;
  hintSide?: "top" | "right" | "bottom" | "left";
  isPressed?: boolean;
};

export const IconButton = forwardRef<HTMLButtonElement, IconButtonProps>(function IconButton(
  { name, keys, hintSide = "bottom", isPressed, className, children, type = "button", ...rest },
  ref,
) {
  return (
    <Hint text={name} keys={keys} side={hintSide}>
      <button
        ref={ref}
        type={type}
        aria-label={name}
        aria-pressed={isPressed}
        className={clsx(
          "inline-flex size-7 max-md:size-9 shrink-0 items-center justify-center rounded-md text-faint transition-colors duration-100",
          "hover:bg-hover hover:text-text disabled:opacity-45 aria-pressed:bg-selected aria-pressed:text-text data-[state=open]:bg-selected data-[state=open]:text-text",
          className,
        )}
        {...rest}
      >
        {children}
      </button>
    </Hint>
  );
});
