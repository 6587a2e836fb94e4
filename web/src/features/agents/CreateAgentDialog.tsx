import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { GitBranch, ImagePlus } from "lucide-react";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { useLists } from "@/app/live";
import type { AgentProgram, CreateAgent, PromptImage } from "@/contracts/http";
import type { NewsLists } from "@/contracts/news";
import { meQuery } from "@/features/accounts";
import { InstallProgram } from "@/features/programs";
import { branchesQuery, RepositoryPicker } from "@/features/repositories";
import { type Trouble, troubleOf } from "@/lib/api";
import { imageIn } from "@/lib/images";
import { emptyLists } from "@/lib/liveLists";
import { createKeptStore } from "@/lib/store";
import { Button } from "@/ui/Button";
import { Combobox } from "@/ui/Combobox";
import { Dialog, DialogActions, DialogBody } from "@/ui/Dialog";
import { Field, Select, TextArea, TextInput } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { uiStrings } from "@/ui/strings";
import { useStore } from "@/ui/useStore";
import { useAgentChanges } from "./agentQueries";
import { demoProgram, isMissing, preselected, programsForAgents } from "./agentRules";
import { ImageStrip } from "./ImageStrip";
import { imageTypes, withImages } from "./promptImages";
import { agentStrings } from "./strings";

const strings = agentStrings.create;

interface LastChoice {
  repositoryId: string | null;
  programId: string;
}

/** The next agent is often like the last one. */
const lastChoice = createKeptStore<LastChoice>(
  "atelier.last-agent",
  { repositoryId: null, programId: "" },
  (value): value is LastChoice =>
    typeof value === "object" && value !== null && "repositoryId" in value && "programId" in value,
);

export default function CreateAgentDialog({ onClose }: { onClose: () => void }) {
  const lists = useLists((all) => all) ?? emptyLists;
  const changes = useAgentChanges();
  const navigate = useNavigate();
  const me = useQuery(meQuery).data;
  return (
    <CreateAgentView
      lists={lists}
      canInstall={me?.isAdministrator === true}
      renderInstall={(program) => <InstallProgram program={program} />}
      onClose={onClose}
      onCreate={async (request) => {
        const agent = await changes.create(request);
        onClose();
        await navigate({ to: "/agents/$agentId", params: { agentId: agent.id } });
      }}
    />
  );
}

export interface CreateAgentViewProps {
  lists: NewsLists;
  /** Whether the person may install programs. */
  canInstall?: boolean;
  renderInstall?: (program: AgentProgram) => ReactNode;
  onClose: () => void;
  onCreate: (request: CreateAgent) => Promise<void>;
}

export function CreateAgentView({ lists, canInstall = false, renderInstall, onClose, onCreate }: CreateAgentViewProps) {
  const last = useStore(lastChoice);
  // Who may only watch a repository starts nothing in it.
  const repositories = lists.repositories.filter((each) => each.role !== "viewer");
  const programs = programsForAgents(lists.agentPrograms);
  const [repositoryId, setRepositoryId] = useState(() =>
    repositories.some((each) => each.id === last.repositoryId)
      ? last.repositoryId
      : (repositories.find((each) => each.status === "ready")?.id ?? null),
  );
  const [base, setBase] = useState<string | null>(null);
  const [programId, setProgramId] = useState(() => preselected(lists.agentPrograms, last.programId));
  const [request, setRequest] = useState("");
  const [title, setTitle] = useState("");
  const [images, setImages] = useState<readonly PromptImage[]>([]);
  const [isTried, setTried] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | undefined>();
  const [isBusy, setBusy] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const repository = lists.repositories.find((each) => each.id === repositoryId);
  const program = programs.find((each) => each.id === programId);

  const add = async (files: readonly Blob[]) => {
    const next = await withImages(images, files);
    if (next === null) setTrouble({ title: agentStrings.composer.imageTooBig });
    else setImages(next);
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    setTrouble(undefined);
    if (repository === undefined || programId === "" || request.trim() === "") return;
    lastChoice.set({ repositoryId: repository.id, programId });
    setBusy(true);
    try {
      await onCreate({
        taskRequest: request,
        repositoryId: repository.id,
        agentProgramId: programId,
        ...(base === null ? {} : { baseBranch: base }),
        ...(title.trim() === "" ? {} : { title: title.trim() }),
        ...(images.length === 0 ? {} : { images: [...images] }),
      });
    } catch (error) {
      setTrouble(troubleOf(error));
      setBusy(false);
    }
  };

  return (
    <Dialog isOpen onClose={onClose} title={strings.title}>
      <form onSubmit={(event) => void submit(event)} className="flex min-h-0 flex-col">
        <DialogBody>
          {repositories.length === 0 ? (
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
            <div className="grid gap-3.5 sm:grid-cols-2">
              <Field
                label={strings.repository}
                problem={isTried && repository === undefined ? strings.needsRepository : undefined}
              >
                {({ id }) => (
                  <RepositoryPicker
                    id={id}
                    repositories={repositories}
                    value={repositoryId}
                    onChange={(next) => {
                      setRepositoryId(next);
                      setBase(null);
                    }}
                  />
                )}
              </Field>
              {repository === undefined ? null : (
                <BasePicker
                  repositoryId={repository.id}
                  defaultBranch={repository.defaultBranch ?? null}
                  value={base}
                  onChange={setBase}
                />
              )}
            </div>
          )}
          <Field
            label={strings.program}
            about={programId === demoProgram ? strings.demo : programs.length === 0 ? strings.noProgram : undefined}
            problem={isTried && programId === "" ? strings.needsProgram : undefined}
          >
            {(ids) => (
              <Select
                {...ids}
                value={programId}
                onChange={(event) => setProgramId(event.target.value)}
                choices={[
                  ...(programId === "" ? [{ value: "", name: "" }] : []),
                  ...programs.map((program) => ({
                    value: program.id,
                    name: isMissing(program) ? `${program.name} (${strings.missing})` : program.name,
                  })),
                ]}
              />
            )}
          </Field>
          {program !== undefined && program.isAcpInstalled === false && renderInstall !== undefined ? (
            <Notice
              tone="info"
              title={strings.notInstalled(program.name)}
              actions={canInstall ? renderInstall(program) : null}
            >
              {canInstall ? undefined : strings.askToInstall}
            </Notice>
          ) : null}
          <Field label={strings.request} problem={isTried && request.trim() === "" ? strings.needsRequest : undefined}>
            {(ids) => (
              <TextArea
                {...ids}
                rows={5}
                value={request}
                placeholder={strings.requestPlaceholder}
                onChange={(event) => setRequest(event.target.value)}
                onPaste={(event) => {
                  const image = imageIn(event.clipboardData);
                  if (image === null) return;
                  event.preventDefault();
                  void add([image]);
                }}
                onKeyDown={(event) => {
                  if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
                    event.currentTarget.form?.requestSubmit();
                  }
                }}
              />
            )}
          </Field>
          <ImageStrip images={images} onChange={setImages} />
          <div>
            <Button look="plain" icon={<ImagePlus size={15} aria-hidden />} onClick={() => file.current?.click()}>
              {agentStrings.composer.attach}
            </Button>
            <input
              ref={file}
              type="file"
              accept={imageTypes}
              multiple
              hidden
              aria-label={agentStrings.composer.attach}
              onChange={(event) => {
                void add([...(event.target.files ?? [])]);
                event.target.value = "";
              }}
            />
          </div>
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

function BasePicker({
  repositoryId,
  defaultBranch,
  value,
  onChange,
}: {
  repositoryId: string;
  defaultBranch: string | null;
  value: string | null;
  onChange: (branch: string) => void;
}) {
  const answer = useQuery(branchesQuery({ id: repositoryId }));
  const branches = answer.data?.branches ?? [];
  return (
    <Field label={strings.base} problem={answer.error === null ? undefined : troubleOf(answer.error).title}>
      {({ id }) => (
        <Combobox
          id={id}
          label={strings.base}
          isMono
          placeholder={strings.baseDefault}
          searchPlaceholder={strings.base}
          value={value ?? answer.data?.defaultBranch ?? defaultBranch}
          none={uiStrings.loading}
          choices={branches.map((branch) => ({
            value: branch.name,
            name: branch.name,
            icon: <GitBranch size={14} aria-hidden className="shrink-0 text-faint" />,
          }))}
          onChange={onChange}
        />
      )}
    </Field>
  );
}
