import clsx from "clsx";
import { type ComponentProps, forwardRef, type ReactNode } from "react";

type Look = "primary" | "quiet" | "plain" | "danger";

export type ButtonProps = ComponentProps<"button"> & {
  look?: Look;
  icon?: ReactNode;
  /** Says that the action is under way; the button can't be pressed again meanwhile. */
  isBusy?: boolean;
};

const looks: Record<Look, string> = {
  primary: "bg-accent-fill text-on-accent hover:bg-accent-fill-hover",
  quiet: "bg-raised text-text border border-line hover:border-line-strong",
  plain: "text-soft hover:bg-hover hover:text-text",
  danger: "bg-danger-fill text-on-accent hover:opacity-90",
};

export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { look = "quiet", icon, isBusy = false, className, children, type = "button", disabled, ...rest },
  ref,
) {
  return (
    <button
      ref={ref}
      type={type}
      disabled={disabled || isBusy}
      aria-busy={isBusy || undefined}
      className={clsx(
        "inline-flex h-7 max-md:h-9 shrink-0 items-center justify-center gap-1.5 rounded-md px-2.5 text-sm font-medium whitespace-nowrap select-none",
        "transition-colors duration-100 disabled:opacity-55",
        looks[look],
        className,
      )}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
});
