import { useQuery } from "@tanstack/react-query";
import { MessagesSquare } from "lucide-react";
import { useState } from "react";
import type { ProgramConversation } from "@/contracts/http";
import { type Trouble, troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Dialog, DialogBody } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { conversationsQuery } from "./agentQueries";
import { agentStrings } from "./strings";

const strings = agentStrings.conversations;

export interface ConversationsDialogProps {
  agentId: string;
  onTakeUp: (conversation: ProgramConversation) => Promise<boolean>;
  onClose: () => void;
}

/** Conversations that the agent's program knows, to go on with one here. */
export function ConversationsDialog({ agentId, onTakeUp, onClose }: ConversationsDialogProps) {
  const answer = useQuery(conversationsQuery(agentId));
  return (
    <ConversationsView
      conversations={answer.isFetching ? undefined : answer.data}
      trouble={answer.error === null || answer.isFetching ? undefined : troubleOf(answer.error)}
      onTakeUp={onTakeUp}
      onClose={onClose}
    />
  );
}

export interface ConversationsViewProps {
  conversations: readonly ProgramConversation[] | undefined;
  trouble: Trouble | undefined;
  onTakeUp: (conversation: ProgramConversation) => Promise<boolean>;
  onClose: () => void;
}

export function ConversationsView({ conversations, trouble, onTakeUp, onClose }: ConversationsViewProps) {
  const [taken, setTaken] = useState<string | null>(null);
  const takeUp = async (conversation: ProgramConversation) => {
    setTaken(conversation.id);
    if (await onTakeUp(conversation)) onClose();
    else setTaken(null);
  };
  return (
    <Dialog isOpen onClose={onClose} title={strings.title}>
      <DialogBody>
        <p className="text-sm text-soft">{strings.about}</p>
        {trouble !== undefined ? (
          <Notice tone="failure" title={trouble.title} reference={trouble.reference}>
            {trouble.detail}
          </Notice>
        ) : conversations === undefined ? (
          <Skeleton />
        ) : conversations.length === 0 ? (
          <p className="text-sm text-faint">{strings.none}</p>
        ) : (
          <ul className="flex flex-col gap-1">
            {conversations.map((conversation) => (
              <li key={conversation.id} className="flex min-w-0 items-center gap-2 rounded-md bg-sunken px-3 py-2">
                <MessagesSquare size={14} aria-hidden className="shrink-0 text-faint" />
                <span className="min-w-0 flex-1">
                  <span className="block truncate">{conversation.title || strings.untitled}</span>
                  {conversation.directory ? (
                    <span className="block truncate font-mono text-xs text-faint">{conversation.directory}</span>
                  ) : null}
                </span>
                {conversation.workSessionId ? (
                  <span className="shrink-0 text-xs text-faint">{strings.inThread}</span>
                ) : (
                  <Button
                    className="max-md:h-11!"
                    aria-label={strings.takeUp(conversation.title || strings.untitled)}
                    isBusy={taken === conversation.id}
                    disabled={taken !== null}
                    onClick={() => void takeUp(conversation)}
                  >
                    {strings.title}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </DialogBody>
    </Dialog>
  );
}
