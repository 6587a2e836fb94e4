import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { copyText } from "@/lib/copyText";
import { Button } from "./Button";
import { uiStrings } from "./strings";

export function CopyButton({ text, name = uiStrings.copy }: { text: string; name?: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <Button
      look="quiet"
      icon={isCopied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      onClick={async () => setCopied(await copyText(text))}
    >
      <span aria-live="polite">{isCopied ? uiStrings.copied : name}</span>
    </Button>
  );
}
