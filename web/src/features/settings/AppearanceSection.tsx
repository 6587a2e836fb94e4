import { type Appearance, appearance, fontSizes } from "@/lib/appearance";
import { Check, Field, Select } from "@/ui/Field";
import { Section } from "@/ui/Page";
import { useStore } from "@/ui/useStore";
import { settingsStrings as strings } from "./strings";

export function AppearanceSection() {
  const chosen = useStore(appearance);
  const change = (part: Partial<Appearance>) => appearance.set({ ...chosen, ...part });
  return (
    <Section title={strings.sections.appearance} about={strings.appearanceAbout}>
      <div className="flex max-w-70 flex-col gap-3">
        <Field label={strings.theme}>
          {(ids) => (
            <Select
              {...ids}
              choices={strings.themes}
              value={chosen.theme}
              onChange={(event) => change({ theme: event.target.value as Appearance["theme"] })}
            />
          )}
        </Field>
        <Field label={strings.contrast}>
          {(ids) => (
            <Select
              {...ids}
              choices={strings.contrasts}
              value={chosen.contrast}
              onChange={(event) => change({ contrast: event.target.value as Appearance["contrast"] })}
            />
          )}
        </Field>
        <Field label={`${strings.fontSize}: ${strings.pixels(chosen.terminalFontSize)}`}>
          {(ids) => (
            <input
              {...ids}
              type="range"
              min={fontSizes.smallest}
              max={fontSizes.largest}
              value={chosen.terminalFontSize}
              onChange={(event) => change({ terminalFontSize: Number(event.target.value) })}
              className="accent-(--accent-fill)"
            />
          )}
        </Field>
        <Check
          label={strings.readsTerminals}
          about={strings.readsTerminalsAbout}
          isChecked={chosen.readsTerminals === true}
          onChange={(readsTerminals) => change({ readsTerminals })}
        />
      </div>
    </Section>
  );
}
