import { useState } from "react";
import { Button } from "@/ui/Button";
import { TextArea } from "@/ui/Field";
import { reviewStrings as strings } from "./reviewStrings";

export interface CommentBoxProps {
  place: string;
  onAdd: (text: string) => Promise<boolean>;
  onClose: () => void;
}

/** Where a comment is written; what was typed stays until it is kept. */
export function CommentBox({ place, onAdd, onClose }: CommentBoxProps) {
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const add = async () => {
    if (text.trim() === "" || isBusy) return;
    setBusy(true);
    if (await onAdd(text.trim())) onClose();
    else setBusy(false);
  };
  return (
    <form
      className="m-2 flex max-w-180 flex-col gap-2 rounded-md border border-line bg-raised p-2 font-sans"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <TextArea
        aria-label={strings.comment.label(place)}
        placeholder={strings.comment.placeholder}
        value={text}
        autoFocus
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onClose();
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) void add();
        }}
      />
      <div className="flex justify-end gap-2">
        <Button look="plain" onClick={onClose}>
          {strings.comment.cancel}
        </Button>
        <Button look="primary" type="submit" isBusy={isBusy} disabled={text.trim() === ""}>
          {strings.comment.add}
        </Button>
      </div>
    </form>
  );
}
