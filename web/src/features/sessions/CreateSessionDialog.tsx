import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import clsx from "clsx";
import { Folder, GitBranch } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { useLists } from "@/app/live";
import type { CreateSession } from "@/contracts/http";
import type { NewsLists } from "@/contracts/news";
import { meQuery } from "@/features/accounts";
import { DirectoryPicker } from "@/features/hosts";
import { ProgramPicker } from "@/features/programs";
import { BranchPicker, type ChosenBranch, RepositoryPicker } from "@/features/repositories";
import { type Trouble, troubleOf } from "@/lib/api";
import { emptyLists } from "@/lib/liveLists";
import { createKeptStore } from "@/lib/store";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions, DialogBody } from "@/ui/Dialog";
import { Check, Field, TextArea, TextInput } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { uiStrings } from "@/ui/strings";
import { useStore } from "@/ui/useStore";
import { useSessionChanges } from "./sessionQueries";
import { sessionStrings } from "./strings";

const strings = sessionStrings.create;

interface LastChoice {
  type: "worktree" | "quick";
  repositoryId: string | null;
  programId: string;
}

/** The next session is often like the last one. */
const lastChoice = createKeptStore<LastChoice>(
  "atelier.last-session",
  { type: "worktree", repositoryId: null, programId: "" },
  (value): value is LastChoice =>
    typeof value === "object" && value !== null && "type" in value && "programId" in value && "repositoryId" in value,
);

export default function CreateSessionDialog({ onClose }: { onClose: () => void }) {
  const lists = useLists((all) => all) ?? emptyLists;
  const me = useQuery(meQuery);
  const changes = useSessionChanges();
  const navigate = useNavigate();
  return (
    <CreateSessionView
      lists={lists}
      mayRunPrograms={me.data?.mayRunPrograms === true}
      onClose={onClose}
      onCreate={async (request) => {
        const session = await changes.create(request);
        onClose();
        await navigate({ to: "/sessions/$sessionId", params: { sessionId: session.id } });
      }}
    />
  );
}

export interface CreateSessionViewProps {
  lists: NewsLists;
  mayRunPrograms: boolean;
  onClose: () => void;
  onCreate: (request: CreateSession) => Promise<void>;
}

export function CreateSessionView({ mayRunPrograms, ...props }: CreateSessionViewProps) {
  return mayRunPrograms ? <SessionForm {...props} /> : <OnlyWatching {...props} />;
}

/** Says to who starts nothing here why, and what would help. */
function OnlyWatching({ lists, onClose }: Pick<CreateSessionViewProps, "lists" | "onClose">) {
  return (
    <Dialog isOpen onClose={onClose} title={strings.title}>
      <DialogBody>
        <Notice tone="info" title={lists.repositories.length === 0 ? strings.memberOfNone : strings.onlyViewer}>
          {strings.askForEditor}
        </Notice>
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{uiStrings.close}</Button>
      </DialogActions>
    </Dialog>
  );
}

function SessionForm({ lists, onClose, onCreate }: Omit<CreateSessionViewProps, "mayRunPrograms">) {
  const last = useStore(lastChoice);
  // Who may only watch a repository starts nothing in it.
  const repositories = lists.repositories.filter((each) => each.role !== "viewer");
  const [type, setType] = useState(last.type);
  const [repositoryId, setRepositoryId] = useState(() => {
    const ready = repositories.filter((each) => each.status === "ready");
    return (ready.find((each) => each.id === last.repositoryId) ?? ready[0])?.id ?? null;
  });
  const [branch, setBranch] = useState<ChosenBranch | null>(null);
  const [folder, setFolder] = useState<string | null>(null);
  const [programId, setProgramId] = useState(() =>
    lists.agentPrograms.some((each) => each.id === last.programId) ? last.programId : "",
  );
  const [prompt, setPrompt] = useState("");
  const [carryOn, setCarryOn] = useState(false);
  const [title, setTitle] = useState("");
  const [missing, setMissing] = useState<string | undefined>();
  const [trouble, setTrouble] = useState<Trouble | undefined>();
  const [isBusy, setBusy] = useState(false);
  const repository = lists.repositories.find((each) => each.id === repositoryId);
  const host = lists.hosts.find((each) => each.isLocal) ?? lists.hosts[0];

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const agent = {
      ...(programId === "" ? {} : { agentProgramId: programId }),
      ...(programId === "" || prompt.trim() === "" ? {} : { initialPrompt: prompt }),
      ...(programId === "" || !carryOn ? {} : { continueConversation: true }),
      ...(title.trim() === "" ? {} : { title: title.trim() }),
    };
    let request: CreateSession;
    if (type === "worktree") {
      if (repository === undefined) return setMissing(strings.needsRepository);
      if (branch === null) return setMissing(strings.needsBranch);
      request = {
        type,
        repositoryId: repository.id,
        branch: branch.name,
        ...(branch.base === null ? {} : { baseBranch: branch.base }),
        ...agent,
      };
    } else {
      if (folder === null) return setMissing(strings.needsFolder);
      request = { type, locationPath: folder, ...(host === undefined ? {} : { hostId: host.id }), ...agent };
    }
    lastChoice.set({ type, repositoryId, programId });
    setMissing(undefined);
    setTrouble(undefined);
    setBusy(true);
    try {
      await onCreate(request);
    } catch (error) {
      setTrouble(troubleOf(error));
      setBusy(false);
    }
  };

  return (
    <Dialog isOpen onClose={onClose} title={strings.title}>
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          <fieldset className="grid grid-cols-2 gap-2">
            <legend className="sr-only">{strings.kind}</legend>
            <Kind
              name={strings.worktree}
              about={strings.worktreeAbout}
              icon={<GitBranch size={16} aria-hidden />}
              isChosen={type === "worktree"}
              onChoose={() => setType("worktree")}
            />
            <Kind
              name={strings.quick}
              about={strings.quickAbout}
              icon={<Folder size={16} aria-hidden />}
              isChosen={type === "quick"}
              onChoose={() => setType("quick")}
            />
          </fieldset>
          {type === "quick" ? (
            host === undefined ? null : (
              <DirectoryPicker hostId={host.id} path={folder} onChange={setFolder} />
            )
          ) : repositories.length === 0 ? (
            <Notice
              tone="info"
              title={strings.noRepositories}
              actions={
                <Link
                  to="/settings/$section"
                  params={{ section: "repositories" }}
                  onClick={onClose}
                  className="text-sm font-medium text-accent hover:underline"
                >
                  {strings.addRepository}
                </Link>
              }
            />
          ) : (
            <>
              <Field label={sessionStrings.repository}>
                {({ id }) => (
                  <RepositoryPicker
                    id={id}
                    repositories={repositories}
                    value={repositoryId}
                    onChange={(next) => {
                      setRepositoryId(next);
                      setBranch(null);
                    }}
                  />
                )}
              </Field>
              {repository === undefined ? null : (
                <BranchPicker
                  repository={repository}
                  chosen={branch}
                  onChange={setBranch}
                  problem={missing === strings.needsBranch ? missing : undefined}
                />
              )}
            </>
          )}
          <Field label={strings.agent}>
            {({ id }) => (
              <ProgramPicker id={id} programs={lists.agentPrograms} value={programId} onChange={setProgramId} />
            )}
          </Field>
          {programId === "" ? null : (
            <>
              <Field label={strings.prompt}>
                {(ids) => (
                  <TextArea
                    {...ids}
                    value={prompt}
                    placeholder={strings.promptPlaceholder}
                    onChange={(event) => setPrompt(event.target.value)}
                    onKeyDown={(event) => {
                      if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
                        event.currentTarget.form?.requestSubmit();
                      }
                    }}
                  />
                )}
              </Field>
              <Check label={strings.carryOn} isChecked={carryOn} onChange={setCarryOn} />
            </>
          )}
          <Field label={strings.titleField}>
            {(ids) => (
              <TextInput
                {...ids}
                value={title}
                maxLength={200}
                placeholder={strings.titlePlaceholder}
                onChange={(event) => setTitle(event.target.value)}
              />
            )}
          </Field>
          {missing === undefined || missing === strings.needsBranch ? null : (
            <p role="alert" className="text-sm text-failed">
              {missing}
            </p>
          )}
          {trouble === undefined ? null : (
            <Notice tone="failure" title={trouble.title} reference={trouble.reference}>
              {trouble.detail}
            </Notice>
          )}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{uiStrings.cancel}</Button>
          <Button type="submit" look="primary" isBusy={isBusy}>
            {isBusy ? strings.creating : strings.submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

interface KindProps {
  name: string;
  about: string;
  icon: ReactNode;
  isChosen: boolean;
  onChoose: () => void;
}

function Kind({ name, about, icon, isChosen, onChoose }: KindProps) {
  return (
    <label
      className={clsx(
        "flex items-start gap-2.5 rounded-md border p-2.5 has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-(--focus)",
        isChosen ? "border-accent bg-accent-wash" : "border-line hover:border-line-strong",
      )}
    >
      <input type="radio" name="session-kind" checked={isChosen} onChange={onChoose} className="sr-only" />
      <span className={isChosen ? "pt-0.5 text-accent" : "pt-0.5 text-faint"}>{icon}</span>
      <span>
        <span className="block font-medium">{name}</span>
        <span className="block text-xs text-soft text-pretty">{about}</span>
      </span>
    </label>
  );
}
