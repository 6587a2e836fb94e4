import { Check, Copy } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { copyText } from "@/lib/copyText";
import { IconButton } from "@/ui/IconButton";
import { uiStrings } from "@/ui/strings";

/** A block of code that can be copied whole. */
export function CopyCode({ children }: { children: ReactNode }) {
  const block = useRef<HTMLPreElement>(null);
  const [isCopied, setCopied] = useState(false);
  return (
    <div className="group relative">
      <pre
        ref={block}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-sm"
      >
        {children}
      </pre>
      <IconButton
        name={isCopied ? uiStrings.copied : uiStrings.copy}
        className="absolute top-1 right-1 bg-sunken opacity-0 group-hover:opacity-100 focus-visible:opacity-100 max-md:hidden"
        onClick={async () => setCopied(await copyText(block.current?.textContent ?? ""))}
      >
        {isCopied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      </IconButton>
    </div>
  );
}
