import { keysOf, shortcuts } from "@/lib/shortcuts";
import { Dialog, DialogBody } from "@/ui/Dialog";
import { Keys } from "@/ui/Keys";
import { useStore } from "@/ui/useStore";
import { paletteStrings as strings } from "./strings";

/** What keys do on this page. */
export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const known = useStore(shortcuts);
  const groups = Map.groupBy(
    known.filter((shortcut) => keysOf(shortcut) !== ""),
    (shortcut) => shortcut.group,
  );
  return (
    <Dialog isOpen onClose={onClose} title={strings.keysTitle} about={strings.keysAbout}>
      <DialogBody>
        {[...groups].map(([group, list]) => (
          <section key={group} aria-label={group}>
            <h3 className="pb-1 text-xs font-medium text-faint">{group}</h3>
            <dl className="divide-y divide-line">
              {list.map((shortcut) => (
                <div key={shortcut.id} className="flex h-8 items-center justify-between">
                  <dt>{shortcut.name}</dt>
                  <dd>
                    <Keys keys={keysOf(shortcut)} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <div className="h-1" />
      </DialogBody>
    </Dialog>
  );
}
