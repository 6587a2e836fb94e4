import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { StatusLineView } from "@/app/StatusLine";
import { DirectoryView } from "@/features/hosts/DirectoryPicker";
import { BranchFields } from "@/features/repositories/BranchPicker";
import { KeyRow } from "@/features/terminals/KeyRow";
import { TerminalNotes } from "@/features/terminals/TerminalNotes";
import { freshTerminal, type TerminalView } from "@/features/terminals/terminalView";
import { Button } from "@/ui/Button";
import { Check, Field, Select, TextArea, TextInput } from "@/ui/Field";
import { Keys } from "@/ui/Keys";
import { Notice } from "@/ui/Notice";
import { type StateKind, StateMark, states } from "@/ui/StateMark";
import { branches, sessions } from "./fixtures";

const worker = sessions[0]?.workers[0];
const nothing = () => {};

/** Every component in every state, one below the other. */
export function Components() {
  return (
    <main className="grid gap-6 overflow-y-auto p-6">
      <h1 className="text-xl font-semibold">Components</h1>
      <Sheet title="Buttons">
        <div className="flex flex-wrap gap-2">
          <Button look="primary" icon={<Plus size={15} aria-hidden />}>
            New session
          </Button>
          <Button>Cancel</Button>
          <Button look="plain">Change</Button>
          <Button look="danger">Delete session</Button>
          <Button disabled>Not now</Button>
          <Button look="primary" isBusy>
            Creating
          </Button>
          <Keys keys="mod+shift+l" />
          <Keys keys="g s" />
        </div>
      </Sheet>
      <Sheet title="States">
        <ul className="flex flex-wrap gap-4">
          {Object.keys(states).map((state) => (
            <li key={state}>
              <StateMark state={state as StateKind} isNamed />
            </li>
          ))}
        </ul>
      </Sheet>
      <Sheet title="Notices">
        <Notice tone="info" title="Copy it now; it is not shown again." actions={<Button>Copy</Button>} />
        <Notice tone="warning" title="This work exists nowhere else">
          3 uncommitted files, 2 unpushed commits
        </Notice>
        <Notice tone="failure" title="The branch is checked out already" reference="a1b2c3">
          Choose another branch, or open the session that has it.
        </Notice>
      </Sheet>
      <Sheet title="Fields">
        <Field label="Title" about="Shown in lists.">
          {(ids) => <TextInput {...ids} placeholder="Optional" />}
        </Field>
        <Field label="Name" problem="A worker of this session has this name already.">
          {(ids) => <TextInput {...ids} defaultValue="shell" />}
        </Field>
        <Field label="Prompt">{(ids) => <TextArea {...ids} placeholder="What should the agent do?" />}</Field>
        <Field label="Theme">{(ids) => <Select {...ids} choices={[{ value: "a", name: "As the system" }]} />}</Field>
        <Check label="Go on with its last conversation" about="Where the program can." isChecked onChange={nothing} />
        <BranchFields
          branches={branches}
          defaultBranch="main"
          chosen={{ name: "fix/typo", base: "main" }}
          onChange={nothing}
        />
        <DirectoryView
          listing={undefined}
          path="/root/secret"
          trouble="You may not read /root/secret."
          showHidden={false}
          onShowHidden={nothing}
          onOpen={nothing}
        />
      </Sheet>
      <Sheet title="Status line">
        <StatusLineView link={{ kind: "live" }} host="workbench" waiting={0} />
        <StatusLineView link={{ kind: "connecting" }} host="workbench" waiting={0} />
        <StatusLineView
          link={{ kind: "reconnecting", since: Date.now() - 42_000, nextTryAt: Date.now() + 3_800 }}
          host="workbench"
          waiting={12}
        />
        <StatusLineView link={{ kind: "offline", since: Date.now() }} host="workbench" waiting={1} />
        <StatusLineView link={{ kind: "closed", reason: "signed-out" }} host={undefined} waiting={0} />
      </Sheet>
      <Sheet title="Around a terminal">
        {notes({ exit: { exitCode: 0, signal: null } })}
        {notes({ exit: { exitCode: 2, signal: null } })}
        {notes({ exit: { exitCode: null, signal: "KILL" } })}
        {notes({ held: "disk-full" })}
        {notes({ trouble: { code: "host-offline", message: "" } })}
        {notes({ link: { kind: "closed", reason: "deleted" } })}
        {notes({
          notes: [
            { id: 1, note: { kind: "dropped", characters: 14, why: "restarted" } },
            { id: 2, note: { kind: "gap", from: 0, to: 12_500_000 } },
          ],
        })}
      </Sheet>
      <Sheet title="Extra keys">
        <div className="[&>div]:flex!">
          <KeyRow hasControl isDisabled={false} onControl={nothing} onKey={nothing} onPaste={nothing} />
        </div>
      </Sheet>
    </main>
  );
}

function notes(view: Partial<TerminalView>): ReactNode {
  if (worker === undefined) return null;
  return (
    <TerminalNotes
      view={{ ...freshTerminal, link: { kind: "live" }, ...view }}
      worker={worker}
      canRestart
      onRestart={nothing}
      onRetry={nothing}
      onDismiss={nothing}
    />
  );
}

function Sheet({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex max-w-180 flex-col gap-3 rounded-md bg-surface p-4">
      <h2 className="font-semibold">{title}</h2>
      {children}
    </section>
  );
}
