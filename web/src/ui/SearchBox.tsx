import clsx from "clsx";
import { Search } from "lucide-react";
import { forwardRef } from "react";
import { TextInput } from "./Field";

export interface SearchBoxProps {
  name: string;
  value: string;
  onChange: (value: string) => void;
  isWide?: boolean;
}

/** The box above a list in which one looks for something. */
export const SearchBox = forwardRef<HTMLInputElement, SearchBoxProps>(function SearchBox(
  { name, value, onChange, isWide = false },
  ref,
) {
  return (
    <div className="relative max-md:order-last max-md:w-full">
      <Search size={14} aria-hidden className="absolute top-1/2 left-2.5 -translate-y-1/2 text-faint" />
      <TextInput
        ref={ref}
        type="search"
        aria-label={name}
        placeholder={name}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={clsx("h-7 pl-8", isWide ? "md:w-72" : "md:w-60")}
      />
    </div>
  );
});
