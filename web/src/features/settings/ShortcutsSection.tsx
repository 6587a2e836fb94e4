import { useState } from "react";
import { chordOf } from "@/lib/keys";
import { keysOf, ownKeys, type Shortcut, shortcuts } from "@/lib/shortcuts";
import { Button } from "@/ui/Button";
import { Keys } from "@/ui/Keys";
import { Row, Rows, Section } from "@/ui/Page";
import { useStore } from "@/ui/useStore";
import { settingsStrings as strings } from "./strings";

export function ShortcutsSection() {
  const known = useStore(shortcuts);
  const own = useStore(ownKeys);
  const [taking, setTaking] = useState<string | null>(null);
  return (
    <Section
      title={strings.sections.shortcuts}
      about={strings.shortcutsAbout}
      actions={
        Object.keys(own).length > 0 ? (
          <Button look="plain" onClick={() => ownKeys.set({})}>
            {strings.resetAll}
          </Button>
        ) : null
      }
    >
      <Rows>
        {known.map((shortcut) => (
          <Row key={shortcut.id}>
            <span className="min-w-40 flex-1">
              {shortcut.name} <span className="text-xs text-faint">{shortcut.group}</span>
            </span>
            <Keys keys={keysOf(shortcut)} />
            {taking === shortcut.id ? (
              <KeyTaker
                shortcut={shortcut}
                onTaken={(keys) => {
                  if (keys !== null) ownKeys.set({ ...own, [shortcut.id]: keys });
                  setTaking(null);
                }}
              />
            ) : (
              <Button look="plain" onClick={() => setTaking(shortcut.id)}>
                {strings.change}
              </Button>
            )}
            {own[shortcut.id] === undefined ? null : (
              <Button
                look="plain"
                onClick={() => {
                  const { [shortcut.id]: _, ...others } = own;
                  ownKeys.set(others);
                }}
              >
                {strings.reset}
              </Button>
            )}
          </Row>
        ))}
      </Rows>
    </Section>
  );
}

function KeyTaker({ shortcut, onTaken }: { shortcut: Shortcut; onTaken: (keys: string | null) => void }) {
  return (
    <input
      // Opened by a button a moment ago; whoever pressed it waits for exactly this field.
      // biome-ignore lint/a11y/noAutofocus: see above
      autoFocus
      readOnly
      aria-label={`${strings.pressKeys} ${shortcut.name}`}
      placeholder={strings.pressKeys}
      className="h-7 w-28 rounded-md border border-accent bg-surface px-2 text-sm"
      onBlur={() => onTaken(null)}
      onKeyDown={(event) => {
        if (["Shift", "Control", "Alt", "Meta", "Tab"].includes(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
        onTaken(event.key === "Escape" ? null : chordOf(event.nativeEvent));
      }}
    />
  );
}
