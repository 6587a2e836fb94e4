import "@xterm/xterm/css/xterm.css";
import { ArrowDown, Settings2 } from "lucide-react";
import { type ClipboardEvent, type DragEvent, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { toast } from "sonner";
import type { Worker } from "@/contracts/http";
import { appearance, fontSizes } from "@/lib/appearance";
import { copyText } from "@/lib/copyText";
import { base64Of, imageIn } from "@/lib/images";
import { createStore } from "@/lib/store";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { useShortcuts } from "@/ui/useShortcuts";
import { useStore } from "@/ui/useStore";
import { type AttachedTerminal, attachTerminal } from "./attachTerminal";
import { bytesOf, withControl } from "./extraKeys";
import { KeyRow } from "./KeyRow";
import { SearchBar } from "./SearchBar";
import { terminalStrings as strings } from "./strings";
import { TerminalNotes } from "./TerminalNotes";
import { differs, freshTerminal, type TerminalView, withoutNote } from "./terminalView";
import { workerLinks } from "./workerLinks";

export interface TerminalPaneProps {
  sessionId: string;
  worker: Worker;
  isVisible: boolean;
  canType: boolean;
  /** Where the terminal's menu goes while it is visible. */
  tools: HTMLElement | null;
  onRestart: () => void;
  onLeave: () => void;
}

/** One worker's terminal with everything around it. Loaded on demand: the shell of the page does without it. */
export default function TerminalPane({
  sessionId,
  worker,
  isVisible,
  canType,
  tools,
  onRestart,
  onLeave,
}: TerminalPaneProps) {
  const box = useRef<HTMLDivElement>(null);
  const chosenImage = useRef<HTMLInputElement>(null);
  const [attached, setAttached] = useState<AttachedTerminal | null>(null);
  const [isSearching, setSearching] = useState(false);
  const [isAtBottom, setAtBottom] = useState(true);
  const [hasControl, setControl] = useState(false);
  const hasOtherSize = useOtherSize(attached);
  const stickyControl = useRef(false);
  stickyControl.current = hasControl;
  const mayType = useRef(canType);
  mayType.current = canType;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a socket has the rights it was opened with, so another right is another socket
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const terminal = attachTerminal({
      element,
      sessionId,
      workerId: worker.id,
      mayType: () => mayType.current,
      beforeTyping(text) {
        if (!mayType.current) return null;
        if (!stickyControl.current) return text;
        setControl(false);
        return withControl(text) ?? text;
      },
    });
    setAttached(terminal);
    const stop = terminal.view.watch(() => workerLinks.report(worker.id, terminal.view.get()));
    const scrolling = terminal.terminal.onScroll(() => followed());
    const written = terminal.terminal.onWriteParsed(() => followed());
    function followed() {
      const { viewportY, baseY } = terminal.terminal.buffer.active;
      setAtBottom(viewportY >= baseY);
    }
    return () => {
      stop();
      scrolling.dispose();
      written.dispose();
      workerLinks.forget(worker.id);
      terminal.dispose();
      setAttached(null);
    };
  }, [sessionId, worker.id, canType]);

  useEffect(() => {
    attached?.setVisible(isVisible);
    // A menu or dialog that somebody has opened meanwhile keeps the focus.
    const isFree = document.querySelector("[role=menu], [role=dialog]") === null;
    if (isVisible && isFree && window.matchMedia("(pointer: fine)").matches) attached?.terminal.focus();
  }, [attached, isVisible]);

  useEffect(() => {
    const field = attached?.terminal.textarea;
    if (field === undefined) return;
    field.setAttribute("aria-label", strings.terminal(worker.name));
    if (canType) field.removeAttribute("readonly");
    else field.setAttribute("readonly", "");
  }, [attached, worker.name, canType]);

  useShortcuts(
    isVisible
      ? [
          {
            id: "terminal.leave",
            keys: "mod+shift+l",
            name: strings.leave,
            group: strings.group,
            isGlobal: true,
            run: onLeave,
          },
          {
            id: "terminal.search",
            keys: "mod+shift+f",
            name: strings.search,
            group: strings.group,
            isGlobal: true,
            run: () => setSearching(true),
          },
          {
            id: "terminal.copy",
            keys: "mod+shift+c",
            name: strings.copy,
            group: strings.group,
            isGlobal: true,
            run: () => void copySelection(),
          },
          {
            id: "terminal.paste",
            keys: "mod+shift+v",
            name: strings.paste,
            group: strings.group,
            isGlobal: true,
            run: () => void pasteText(),
          },
          { id: "terminal.larger", keys: "", name: strings.larger, group: strings.group, run: () => size(1) },
          { id: "terminal.smaller", keys: "", name: strings.smaller, group: strings.group, run: () => size(-1) },
        ]
      : [],
  );

  // Shortcuts of the page must not reach the program, and keys of the program must not reach the page.
  useEffect(() => {
    attached?.terminal.attachCustomKeyEventHandler((event) => {
      const key = event.key.toLowerCase();
      const isOurs = (event.ctrlKey || event.metaKey) && event.shiftKey && ["l", "f", "c", "v"].includes(key);
      return !isOurs && !(event.metaKey && key === "k");
    });
  }, [attached]);

  async function copySelection() {
    const text = attached?.terminal.getSelection() ?? "";
    if (text !== "") await copyText(text);
    attached?.terminal.focus();
  }

  async function pasteText() {
    if (!canType) return;
    try {
      const text = await navigator.clipboard.readText();
      attached?.terminal.paste(text);
    } catch {
      // The browser asks for permission or has no clipboard here; its own paste still works.
    }
    attached?.terminal.focus();
  }

  function takeImage(event: ClipboardEvent | DragEvent, data: DataTransfer | null) {
    const image = imageIn(data);
    if (image === null || !canType) return;
    event.preventDefault();
    event.stopPropagation();
    void sendImage(image);
  }

  async function sendImage(image: File) {
    const base64 = await base64Of(image);
    if (base64 === null) toast.error(strings.imageTooBig);
    else attached?.pasteImage(image.type, base64);
  }

  const size = (change: number) =>
    appearance.set({
      ...appearance.get(),
      terminalFontSize: Math.max(
        fontSizes.smallest,
        Math.min(fontSizes.largest, appearance.get().terminalFontSize + change),
      ),
    });

  return (
    <section
      aria-label={strings.terminal(worker.name)}
      hidden={!isVisible}
      data-other-size={hasOtherSize || undefined}
      className="flex min-h-0 flex-1 flex-col bg-terminal [&[hidden]]:hidden"
    >
      {attached === null ? null : (
        <Notes attached={attached} worker={worker} onRestart={onRestart} canRestart={canType} />
      )}
      <div className="relative min-h-0 flex-1">
        {isSearching && attached !== null ? (
          <SearchBar
            search={attached.search}
            onClose={() => {
              setSearching(false);
              attached.search.clearDecorations();
              attached.terminal.focus();
            }}
          />
        ) : null}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: xterm's own text field inside is what has the focus */}
        <div
          ref={box}
          onPasteCapture={(event) => takeImage(event, event.clipboardData)}
          onDropCapture={(event) => takeImage(event, event.dataTransfer)}
          onDragOver={(event) => event.preventDefault()}
          className="absolute inset-0 overflow-x-auto overflow-y-hidden pt-1.5 pl-2.5 [&_.xterm]:h-full"
        />
        {isAtBottom || attached === null ? null : (
          <Button
            className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-pop"
            icon={<ArrowDown size={14} aria-hidden />}
            onClick={() => {
              attached.terminal.scrollToBottom();
              attached.terminal.focus();
            }}
          >
            {strings.bottom}
          </Button>
        )}
      </div>
      <input
        ref={chosenImage}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp"
        hidden
        aria-label={strings.sendImage}
        onChange={(event) => {
          const image = event.target.files?.[0];
          if (image !== undefined) void sendImage(image);
          event.target.value = "";
        }}
      />
      {tools === null || !isVisible
        ? null
        : createPortal(
            <Menu
              trigger={
                <IconButton name={strings.menu}>
                  <Settings2 size={16} aria-hidden />
                </IconButton>
              }
              entries={[
                { name: strings.search, keys: "mod+shift+f", onSelect: () => setSearching(true) },
                { name: strings.copy, keys: "mod+shift+c", onSelect: () => void copySelection() },
                { name: strings.paste, keys: "mod+shift+v", isDisabled: !canType, onSelect: () => void pasteText() },
                { name: strings.sendImage, isDisabled: !canType, onSelect: () => chosenImage.current?.click() },
                { kind: "line" },
                { name: strings.larger, onSelect: () => size(1) },
                { name: strings.smaller, onSelect: () => size(-1) },
                { kind: "line" },
                { name: strings.leave, keys: "mod+shift+l", onSelect: onLeave },
              ]}
            />,
            tools,
          )}
      <KeyRow
        hasControl={hasControl}
        isDisabled={!canType}
        onControl={() => {
          setControl(!hasControl);
          attached?.terminal.focus();
        }}
        onKey={(key) => attached?.type(bytesOf(key, attached.terminal.modes.applicationCursorKeysMode))}
        onPaste={() => void pasteText()}
      />
    </section>
  );
}

function Notes({
  attached,
  worker,
  canRestart,
  onRestart,
}: {
  attached: AttachedTerminal;
  worker: Worker;
  canRestart: boolean;
  onRestart: () => void;
}) {
  const view = useStore(attached.view);
  return (
    <TerminalNotes
      view={view}
      worker={worker}
      canRestart={canRestart}
      onRestart={onRestart}
      onDismiss={(id) => attached.view.set(withoutNote(attached.view.get(), id))}
      onRetry={() => attached.retryNow()}
    />
  );
}

const nothingAttached = createStore<TerminalView>(freshTerminal);

function useOtherSize(attached: AttachedTerminal | null): boolean {
  return differs(useStore(attached?.view ?? nothingAttached));
}
