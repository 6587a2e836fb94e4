import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { useLists } from "@/app/live";
import type { Agent, Repository, Session } from "@/contracts/http";
import { agentName, agentPlace, agentState } from "@/features/agents";
import { newestFirst, placeOf, sessionName, sessionState } from "@/features/sessions";
import { keysOf, type Shortcut, shortcuts } from "@/lib/shortcuts";
import { createKeptStore } from "@/lib/store";
import { Keys } from "@/ui/Keys";
import { StateMark } from "@/ui/StateMark";
import { useStore } from "@/ui/useStore";
import { paletteStrings as strings } from "./strings";

const recentlyUsed = createKeptStore<string[]>(
  "atelier.recent",
  [],
  (value): value is string[] => Array.isArray(value) && value.every((each) => typeof each === "string"),
);

export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const lists = useLists((all) => all);
  const commands = useStore(shortcuts);
  const navigate = useNavigate();
  return (
    <CommandPaletteView
      agents={lists?.agents.filter((agent) => !agent.archivedAt) ?? []}
      sessions={lists?.sessions ?? []}
      repositories={lists?.repositories ?? []}
      commands={commands}
      onClose={onClose}
      onAgent={(agent) => void navigate({ to: "/agents/$agentId", params: { agentId: agent.id } })}
      onSession={(session) => void navigate({ to: "/sessions/$sessionId", params: { sessionId: session.id } })}
    />
  );
}

export interface CommandPaletteViewProps {
  agents: readonly Agent[];
  sessions: readonly Session[];
  repositories: readonly Repository[];
  commands: readonly Shortcut[];
  onClose: () => void;
  onAgent: (agent: Agent) => void;
  onSession: (session: Session) => void;
}

/** Everything by typing: recent first, then agents, then sessions, then what this page can do. */
export function CommandPaletteView(props: CommandPaletteViewProps) {
  const { agents, sessions, repositories, commands, onClose, onAgent, onSession } = props;
  const recent = useStore(recentlyUsed);
  const used = (id: string) => recentlyUsed.set([id, ...recent.filter((other) => other !== id)].slice(0, 30));
  const rank = (id: string) => (recent.includes(id) ? recent.indexOf(id) : recent.length);
  const done = (id: string, run: () => void) => () => {
    used(id);
    onClose();
    run();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Overlay className="fade fixed inset-0 z-40 bg-backdrop" />
        <Dialog.Content
          aria-describedby={undefined}
          className="pop fixed inset-x-2 top-[10vh] z-50 mx-auto max-w-150 overflow-hidden rounded-md border border-line bg-raised shadow-pop"
        >
          <Dialog.Title className="sr-only">{strings.title}</Dialog.Title>
          <Command label={strings.title} loop>
            <Command.Input
              placeholder={strings.placeholder}
              className="h-11 w-full border-b border-line bg-transparent px-4 text-lg placeholder:text-faint focus:outline-none"
            />
            <Command.List className="max-h-[min(52vh,420px)] overflow-y-auto p-1.5 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-faint">
              <Command.Empty className="px-2 py-8 text-center text-faint">{strings.none}</Command.Empty>
              {agents.length === 0 ? null : (
                <Command.Group heading={strings.agents}>
                  {agents
                    .toSorted((a, b) => rank(a.id) - rank(b.id) || b.createdAt.localeCompare(a.createdAt))
                    .slice(0, 200)
                    .map((agent) => (
                      <Item
                        key={agent.id}
                        value={`${agentName(agent)} ${agent.id}`}
                        onSelect={done(agent.id, () => onAgent(agent))}
                      >
                        <StateMark state={agentState(agent)} />
                        <span className="truncate">{agentName(agent)}</span>
                        <span className="ml-auto truncate pl-4 font-mono text-xs text-faint">{agentPlace(agent)}</span>
                      </Item>
                    ))}
                </Command.Group>
              )}
              {sessions.length === 0 ? null : (
                <Command.Group heading={strings.sessions}>
                  {newestFirst(sessions)
                    .toSorted((a, b) => rank(a.id) - rank(b.id))
                    .slice(0, 200)
                    .map((session) => (
                      <Item
                        key={session.id}
                        value={`${sessionName(session)} ${session.id}`}
                        onSelect={done(session.id, () => onSession(session))}
                      >
                        <StateMark state={sessionState(session)} />
                        <span className="truncate">{sessionName(session)}</span>
                        <span className="ml-auto truncate pl-4 font-mono text-xs text-faint">
                          {placeOf(
                            session,
                            repositories.find((repository) => repository.id === session.repositoryId),
                          )}
                        </span>
                      </Item>
                    ))}
                </Command.Group>
              )}
              <Command.Group heading={strings.commands}>
                {commands
                  .filter((command) => command.id !== "palette")
                  .toSorted((a, b) => rank(a.id) - rank(b.id))
                  .map((command) => (
                    <Item
                      key={command.id}
                      value={`${command.name} ${command.group} ${command.id}`}
                      onSelect={done(command.id, command.run)}
                    >
                      <span className="truncate">{command.name}</span>
                      <span className="text-xs text-faint">{command.group}</span>
                      <span className="ml-auto">
                        <Keys keys={keysOf(command)} />
                      </span>
                    </Item>
                  ))}
              </Command.Group>
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Item({ value, onSelect, children }: { value: string; onSelect: () => void; children: ReactNode }) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-8 max-md:h-11 items-center gap-2 rounded-[4px] px-2 data-[selected=true]:bg-hover"
    >
      {children}
    </Command.Item>
  );
}
