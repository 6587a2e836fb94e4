import { useId, useState } from "react";
import type { Agent, AgentForecast, AgentLanding, LandWork } from "@/contracts/http";
import { ProblemError, type Trouble, troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions, DialogBody } from "@/ui/Dialog";
import { Check, Field, TextArea, TextInput } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { newKey } from "./reviewQueries";
import { reviewStrings as strings } from "./reviewStrings";

type How = LandWork["how"];

export interface LandDialogProps {
  agent: Agent;
  forecast: AgentForecast | undefined;
  onLand: (land: LandWork, key: string) => Promise<AgentLanding>;
  onResolve: () => void;
  onClose: () => void;
}

const ways: readonly How[] = ["squash", "merge", "push"];

/** How the work gets into another branch; what is in the way is said here, and nothing is lost by it. */
export function LandDialog({ agent, forecast, onLand, onResolve, onClose }: LandDialogProps) {
  const base = forecast?.base.branch ?? agent.baseBranch ?? "main";
  const [how, setHow] = useState<How>("squash");
  const [into, setInto] = useState(base);
  const [message, setMessage] = useState("");
  const [commit, setCommit] = useState(true);
  const [complete, setComplete] = useState(true);
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const [landed, setLanded] = useState<AgentLanding | null>(null);
  const [key, setKey] = useState(newKey);
  const land = async () => {
    setBusy(true);
    setRefused(null);
    try {
      setLanded(
        await onLand(
          { how, into, commit, complete, ...(message.trim() === "" ? {} : { message: message.trim() }) },
          key,
        ),
      );
    } catch (error) {
      setRefused(error);
      // What was refused may be wished again; what was not answered is the same wish until it is.
      if (error instanceof ProblemError && error.status < 500) setKey(newKey());
    }
    setBusy(false);
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={strings.land.title}
      about={strings.land.about(agent.branch ?? "", into)}
      isWide
    >
      {landed === null ? (
        <form
          className="flex min-h-0 flex-1 flex-col"
          onSubmit={(event) => {
            event.preventDefault();
            void land();
          }}
        >
          <DialogBody>
            <Ways how={how} onChange={setHow} />
            <Field label={strings.land.into}>
              {(ids) => <TextInput {...ids} isMono value={into} onChange={(event) => setInto(event.target.value)} />}
            </Field>
            {how === "push" ? null : (
              <Field label={strings.land.message} about={strings.land.messageAbout}>
                {(ids) => <TextArea {...ids} value={message} onChange={(event) => setMessage(event.target.value)} />}
              </Field>
            )}
            <Check label={strings.land.commit} isChecked={commit} onChange={setCommit} />
            {how === "push" ? null : (
              <Check label={strings.land.complete} isChecked={complete} onChange={setComplete} />
            )}
            <Refusal error={refused} onResolve={onResolve} />
          </DialogBody>
          <DialogActions>
            <Button look="plain" onClick={onClose}>
              {strings.comment.cancel}
            </Button>
            <Button look="primary" type="submit" isBusy={isBusy} disabled={into.trim() === ""}>
              {strings.land.submit[how]}
            </Button>
          </DialogActions>
        </form>
      ) : (
        <Done landing={landed} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Ways({ how, onChange }: { how: How; onChange: (how: How) => void }) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 text-sm font-medium text-soft">{strings.land.how}</legend>
      {ways.map((way) => (
        <label
          key={way}
          className="flex cursor-pointer items-start gap-2 rounded-md border border-line px-2.5 py-2 has-checked:border-accent"
        >
          <input
            type="radio"
            name={name}
            checked={how === way}
            onChange={() => onChange(way)}
            className="mt-1 accent-(--accent-fill)"
          />
          <span>
            <span className="block text-sm font-medium">{strings.land[way]}</span>
            <span className="block text-xs text-faint">{strings.land[`${way}About`]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Refusal({ error, onResolve }: { error: unknown; onResolve: () => void }) {
  if (error === null) return null;
  const conflicts = error instanceof ProblemError && error.code === "landing-conflicts" ? pathsOf(error) : null;
  if (conflicts !== null) {
    return (
      <Notice
        tone="warning"
        title={strings.land.conflictsTitle}
        actions={<Button onClick={onResolve}>{strings.forecast.resolve}</Button>}
      >
        {strings.land.conflicts} <span className="font-mono text-xs">{conflicts.join(", ")}</span>
      </Notice>
    );
  }
  const trouble: Trouble = troubleOf(error);
  return (
    <Notice tone="failure" title={trouble.title} reference={trouble.reference}>
      {trouble.detail}
    </Notice>
  );
}

function pathsOf(error: ProblemError): string[] {
  const { paths } = error.problem;
  return Array.isArray(paths) ? paths.filter((each): each is string => typeof each === "string") : [];
}

function Done({ landing, onClose }: { landing: AgentLanding; onClose: () => void }) {
  const isPushed = landing.state === "pushed";
  return (
    <>
      <DialogBody>
        <p role="status">
          {isPushed ? strings.land.pushed : strings.land.landed(landing.into)}{" "}
          <span className="font-mono text-xs text-faint">{landing.commit?.slice(0, 10)}</span>
        </p>
        {landing.pullRequestUrl ? (
          <a
            className="font-medium text-accent hover:underline"
            href={landing.pullRequestUrl}
            target="_blank"
            rel="noreferrer"
          >
            {strings.land.openPullRequest}
          </a>
        ) : null}
      </DialogBody>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          OK
        </Button>
      </DialogActions>
    </>
  );
}
