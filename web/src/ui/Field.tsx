import clsx from "clsx";
import { ChevronsUpDown } from "lucide-react";
import { type ComponentProps, forwardRef, type ReactNode, useId } from "react";

const box =
  "w-full rounded-md border border-line bg-surface px-2.5 text-base text-text placeholder:text-faint hover:border-line-strong focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 max-md:text-[16px]";

export interface FieldProps {
  label: string;
  about?: ReactNode;
  problem?: string | undefined;
  children: (ids: {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": boolean | undefined;
  }) => ReactNode;
}

/** A named input with its explanation and its problem, tied together for screen readers. */
export function Field({ label, about, problem, children }: FieldProps) {
  const id = useId();
  const describedBy = [about === undefined ? null : `${id}-about`, problem === undefined ? null : `${id}-problem`]
    .filter((part) => part !== null)
    .join(" ");
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium text-soft">
        {label}
      </label>
      {children({
        id,
        "aria-describedby": describedBy === "" ? undefined : describedBy,
        "aria-invalid": problem === undefined ? undefined : true,
      })}
      {about === undefined ? null : (
        <p id={`${id}-about`} className="text-xs text-faint wrap-anywhere">
          {about}
        </p>
      )}
      {problem === undefined ? null : (
        <p id={`${id}-problem`} className="text-xs text-failed">
          {problem}
        </p>
      )}
    </div>
  );
}

export const TextInput = forwardRef<HTMLInputElement, ComponentProps<"input"> & { isMono?: boolean }>(
  function TextInput({ className, isMono = false, ...rest }, ref) {
    return (
      <input
        ref={ref}
        autoComplete="off"
        spellCheck={false}
        className={clsx(box, "h-8 max-md:h-10", isMono && "font-mono text-sm", className)}
        {...rest}
      />
    );
  },
);

export const TextArea = forwardRef<HTMLTextAreaElement, ComponentProps<"textarea"> & { isMono?: boolean }>(
  function TextArea({ className, isMono = false, ...rest }, ref) {
    return (
      <textarea
        ref={ref}
        className={clsx(box, "min-h-18 resize-y py-1.5", isMono && "font-mono text-sm", className)}
        {...rest}
      />
    );
  },
);

export interface SelectProps extends ComponentProps<"select"> {
  choices: readonly { value: string; name: string }[];
}

export function Select({ choices, className, ...rest }: SelectProps) {
  return (
    <span className="relative">
      <select className={clsx(box, "h-8 appearance-none pr-8 max-md:h-10", className)} {...rest}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.name}
          </option>
        ))}
      </select>
      <ChevronsUpDown
        size={14}
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-faint"
      />
    </span>
  );
}

export interface CheckProps {
  label: string;
  about?: string;
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
}

export function Check({ label, about, isChecked, onChange }: CheckProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-2 max-md:py-1.5">
      <input
        id={id}
        type="checkbox"
        checked={isChecked}
        aria-describedby={about === undefined ? undefined : `${id}-about`}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-(--accent-fill)"
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {about === undefined ? null : (
          <p id={`${id}-about`} className="text-xs text-faint">
            {about}
          </p>
        )}
      </div>
    </div>
  );
}
