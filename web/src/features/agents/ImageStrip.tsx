import { X } from "lucide-react";
import type { PromptImage } from "@/contracts/http";
import { addressOf } from "./promptImages";
import { agentStrings } from "./strings";

const strings = agentStrings.composer;

/** Images that go with a message, each with a way to leave it out. */
export function ImageStrip({
  images,
  onChange,
}: {
  images: readonly PromptImage[];
  onChange: (images: PromptImage[]) => void;
}) {
  if (images.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-2">
      {images.map((image, index) => (
        <li
          // The same picture may be there twice, its place is what tells them apart.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={index}
          className="relative"
        >
          <img
            src={addressOf(image)}
            alt={strings.imageNumber(index + 1)}
            className="h-14 max-w-32 rounded-md border border-line object-cover"
          />
          <button
            type="button"
            aria-label={strings.removeImage(index + 1)}
            onClick={() => onChange(images.filter((other) => other !== image))}
            className="absolute -top-1.5 -right-1.5 flex size-6 items-center justify-center rounded-full border border-line bg-raised text-soft hover:text-text"
          >
            <X size={13} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
