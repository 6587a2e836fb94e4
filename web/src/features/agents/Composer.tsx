import { ArrowUp, ImagePlus, ListPlus, Square } from "lucide-react";
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { toast } from "sonner";
import type { PromptImage } from "@/contracts/http";
import { imageIn } from "@/lib/images";
import { createKeptStore } from "@/lib/store";
import { Button } from "@/ui/Button";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { Hint } from "@/ui/Hint";
import { IconButton } from "@/ui/IconButton";
import { useStore } from "@/ui/useStore";
import { CommandList } from "./CommandList";
import { ImageStrip } from "./ImageStrip";
import { imageTypes, withImages } from "./promptImages";
import { agentStrings } from "./strings";
import { ThreadControls } from "./ThreadControls";
import { completions, type ThreadCommand, type ThreadSetting } from "./threadSettings";

const strings = agentStrings.composer;

/** What was begun and not sent, by thread; it is there again after a reload. */
export const drafts = createKeptStore<Readonly<Record<string, string>>>(
  "atelier.drafts",
  {},
  (value): value is Record<string, string> =>
    typeof value === "object" && value !== null && Object.values(value).every((text) => typeof text === "string"),
);

export interface ComposerProps {
  threadId: string;
  who: string;
  /** Whether a turn is under way: what is sent now waits for its end. */
  isBusy: boolean;
  isStopping: boolean;
  takesImages: boolean;
  /** What the program lets a person choose, and the commands that it knows. */
  settings?: readonly ThreadSetting[];
  commands?: readonly ThreadCommand[];
  onChoose?: (setting: ThreadSetting, value: string) => void;
  onSend: (text: string, images: readonly PromptImage[], interrupt: boolean) => void;
  onStop: () => void;
}

export function Composer(props: ComposerProps) {
  const {
    threadId,
    who,
    isBusy,
    isStopping,
    takesImages,
    settings = [],
    commands = [],
    onChoose,
    onSend,
    onStop,
  } = props;
  const kept = useStore(drafts);
  const text = kept[threadId] ?? "";
  const [images, setImages] = useState<readonly PromptImage[]>([]);
  const [isAsked, setAsked] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const canSend = text.trim() !== "";
  const listId = useId();
  const [place, setPlace] = useState(0);
  const [isListClosed, setListClosed] = useState(false);
  const offered = isListClosed ? [] : completions(commands, text);
  const chosen = Math.min(place, offered.length - 1);

  const setText = (next: string) => {
    const { [threadId]: _, ...others } = drafts.get();
    drafts.set(next === "" ? others : { ...others, [threadId]: next });
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height is that of the text
  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 240)}px`;
  }, [text]);

  const send = (interrupt: boolean) => {
    if (!canSend) return;
    onSend(text, images, interrupt);
    setText("");
    setImages([]);
    field.current?.focus();
  };

  const add = async (files: readonly Blob[]) => {
    if (files.length === 0) return;
    if (!takesImages) {
      toast.error(strings.noImages);
      return;
    }
    const next = await withImages(images, files);
    if (next === null) toast.error(strings.imageTooBig);
    else setImages(next);
  };

  const take = (event: ClipboardEvent | DragEvent, data: DataTransfer | null) => {
    const image = imageIn(data);
    if (image === null) return;
    event.preventDefault();
    void add([image]);
  };

  const complete = (command: ThreadCommand) => {
    setText(`/${command.name} `);
    setPlace(0);
    field.current?.focus();
  };

  const pressInList = (event: KeyboardEvent): boolean => {
    const command = offered[chosen];
    if (command === undefined || event.metaKey || event.ctrlKey || event.altKey) return false;
    if (event.key === "ArrowDown") setPlace((chosen + 1) % offered.length);
    else if (event.key === "ArrowUp") setPlace((chosen - 1 + offered.length) % offered.length);
    else if (event.key === "Enter" || event.key === "Tab") complete(command);
    else if (event.key === "Escape") setListClosed(true);
    else return false;
    event.preventDefault();
    return true;
  };

  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || pressInList(event)) return;
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey || event.altKey)) {
      event.preventDefault();
      send(event.shiftKey);
    } else if (event.key === "Escape" && isBusy && !isStopping) {
      event.preventDefault();
      setAsked(true);
    }
  };

  return (
    <div className="mx-auto w-full max-w-220 px-2 pb-2 md:px-5 md:pb-3">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is one more way beside pasting and choosing a file */}
      <div
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => take(event, event.dataTransfer)}
        className="flex flex-col gap-2 rounded-md border border-line bg-raised p-2 focus-within:border-accent"
      >
        <ImageStrip images={images} onChange={setImages} />
        <CommandList id={listId} commands={offered} chosen={chosen} onChoose={complete} />
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={strings.label}
          placeholder={isBusy ? strings.placeholderBusy(who) : strings.placeholder(who)}
          aria-autocomplete={commands.length === 0 ? undefined : "list"}
          aria-controls={offered.length === 0 ? undefined : listId}
          aria-activedescendant={offered.length === 0 ? undefined : `${listId}-${chosen}`}
          onChange={(event) => {
            setText(event.target.value);
            setPlace(0);
            setListClosed(false);
          }}
          onPaste={(event) => take(event, event.clipboardData)}
          onKeyDown={press}
          className="max-h-60 min-h-7 w-full resize-none bg-transparent px-1 py-1 placeholder:text-faint outline-none! max-md:text-[16px]"
        />
        <div className="flex flex-wrap items-center gap-1.5">
          <IconButton
            name={takesImages ? strings.attach : strings.noImages}
            disabled={!takesImages}
            onClick={() => file.current?.click()}
          >
            <ImagePlus size={16} aria-hidden />
          </IconButton>
          <input
            ref={file}
            type="file"
            accept={imageTypes}
            multiple
            hidden
            aria-label={strings.attach}
            onChange={(event) => {
              void add([...(event.target.files ?? [])]);
              event.target.value = "";
            }}
          />
          {onChoose === undefined ? null : <ThreadControls settings={settings} onChoose={onChoose} />}
          <span className="flex-1" />
          {isBusy ? (
            <Hint text={strings.stop} keys="escape">
              <Button icon={<Square size={12} aria-hidden />} isBusy={isStopping} onClick={() => setAsked(true)}>
                {isStopping ? strings.stopping : strings.stop}
              </Button>
            </Hint>
          ) : null}
          {isBusy && canSend ? (
            <Hint text={strings.interrupt} keys="mod+shift+enter">
              <Button onClick={() => send(true)}>{strings.interrupt}</Button>
            </Hint>
          ) : null}
          <Hint text={isBusy ? strings.queue : strings.send} keys="mod+enter">
            <Button
              look="primary"
              disabled={!canSend}
              icon={isBusy ? <ListPlus size={14} aria-hidden /> : <ArrowUp size={14} aria-hidden />}
              onClick={() => send(false)}
            >
              {isBusy ? strings.queue : strings.send}
            </Button>
          </Hint>
        </div>
      </div>
      {isAsked ? (
        <ConfirmDialog
          title={strings.stopTitle}
          about={strings.stopAbout}
          submit={strings.stopSubmit}
          onConfirm={onStop}
          onClose={() => {
            setAsked(false);
            field.current?.focus();
          }}
        />
      ) : null}
    </div>
  );
}
