import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { Invite, User } from "@/contracts/http";
import { troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { Face } from "@/ui/Face";
import { Notice } from "@/ui/Notice";
import { Row, Rows, Section } from "@/ui/Page";
import { RelativeTime } from "@/ui/RelativeTime";
import { invitesQuery, inviteUser, meQuery, usersQuery, withdrawInvite } from "./accountQueries";
import { accountStrings as strings } from "./strings";

export function PeopleSection() {
  const client = useQueryClient();
  const me = useQuery(meQuery);
  const users = useQuery(usersQuery);
  const canInvite = me.data?.isAdministrator === true;
  const invites = useQuery({ ...invitesQuery, enabled: canInvite });
  const [link, setLink] = useState<string | null>(null);
  const complain = (error: unknown) => toast.error(troubleOf(error).title, { description: troubleOf(error).detail });
  const invite = useMutation({
    mutationFn: inviteUser,
    onSuccess: (answer) => {
      setLink(answer.invite.url);
      void client.invalidateQueries(invitesQuery);
    },
    onError: complain,
  });
  const withdraw = useMutation({
    mutationFn: withdrawInvite,
    onSettled: () => client.invalidateQueries(invitesQuery),
    onError: complain,
  });
  return (
    <PeopleView
      users={users.data ?? []}
      invites={invites.data ?? []}
      canInvite={canInvite}
      link={link}
      onInvite={() => invite.mutate()}
      onWithdraw={(id) => withdraw.mutate(id)}
    />
  );
}

export interface PeopleViewProps {
  users: readonly User[];
  invites: readonly Invite[];
  canInvite: boolean;
  link: string | null;
  onInvite: () => void;
  onWithdraw: (inviteId: string) => void;
}

export function PeopleView({ users, invites, canInvite, link, onInvite, onWithdraw }: PeopleViewProps) {
  return (
    <Section
      title={strings.people}
      about={strings.peopleAbout}
      actions={canInvite ? <Button onClick={onInvite}>{strings.invite}</Button> : null}
    >
      {link === null ? null : (
        <Notice tone="info" title={strings.inviteOnce} actions={<CopyButton text={link} />}>
          <code className="font-mono text-sm break-all">{link}</code>
        </Notice>
      )}
      <Rows>
        {users.map((user) => (
          <Row key={user.id}>
            <Face id={user.id} name={user.displayName} />
            <span className="flex-1 font-medium">{user.displayName}</span>
            {user.isAdministrator ? <span className="text-xs text-faint">{strings.administrator}</span> : null}
          </Row>
        ))}
        {invites.map((invite) => (
          <Row key={invite.id}>
            <span className="flex-1 text-soft">{invite.displayName ?? strings.openInvite}</span>
            <span className="text-xs text-faint">
              {strings.expires} <RelativeTime at={invite.expiresAt} />
            </span>
            <Button look="plain" onClick={() => onWithdraw(invite.id)}>
              {strings.withdraw}
            </Button>
          </Row>
        ))}
      </Rows>
    </Section>
  );
}
