import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { Invite, User } from "@/contracts/http";
import { troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { CopyButton } from "@/ui/CopyButton";
import { Face } from "@/ui/Face";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { Notice } from "@/ui/Notice";
import { Row, Rows, Section } from "@/ui/Page";
import { RelativeTime } from "@/ui/RelativeTime";
import {
  closeAccount,
  invitesQuery,
  inviteUser,
  meQuery,
  setAdministrator,
  usersQuery,
  withdrawInvite,
} from "./accountQueries";
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
  const person = useMutation({
    mutationFn: (change: () => Promise<unknown>) => change(),
    onSettled: () => client.invalidateQueries(usersQuery),
    onError: complain,
  });
  return (
    <PeopleView
      me={me.data}
      users={users.data ?? []}
      invites={invites.data ?? []}
      canInvite={canInvite}
      link={link}
      onInvite={() => invite.mutate()}
      onWithdraw={(id) => withdraw.mutate(id)}
      onAdministrator={(user, isAdministrator) => person.mutate(() => setAdministrator(user.id, isAdministrator))}
      onCloseAccount={(user) => person.mutate(() => closeAccount(user.id))}
    />
  );
}

export interface PeopleViewProps {
  me: User | undefined;
  users: readonly User[];
  invites: readonly Invite[];
  canInvite: boolean;
  link: string | null;
  onInvite: () => void;
  onWithdraw: (inviteId: string) => void;
  onAdministrator: (user: User, isAdministrator: boolean) => void;
  onCloseAccount: (user: User) => void;
}

export function PeopleView(props: PeopleViewProps) {
  const { me, users, invites, canInvite, link, onInvite, onWithdraw, onAdministrator, onCloseAccount } = props;
  const [closed, setClosed] = useState<User | null>(null);
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
            <span className="flex-1 font-medium">
              {user.displayName}
              {user.id === me?.id ? <span className="font-normal text-faint"> · {strings.isYou}</span> : null}
            </span>
            {user.isAdministrator ? <span className="text-xs text-faint">{strings.administrator}</span> : null}
            {canInvite && user.id !== me?.id ? (
              <Menu
                trigger={
                  <IconButton name={strings.personMenu(user.displayName)}>
                    <Ellipsis size={16} aria-hidden />
                  </IconButton>
                }
                entries={[
                  {
                    name: user.isAdministrator ? strings.takeAdministrator : strings.makeAdministrator,
                    onSelect: () => onAdministrator(user, !user.isAdministrator),
                  },
                  { kind: "line" },
                  { name: strings.closeAccount, isDangerous: true, onSelect: () => setClosed(user) },
                ]}
              />
            ) : null}
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
      {closed === null ? null : (
        <ConfirmDialog
          title={strings.closeTitle(closed.displayName)}
          about={strings.closeAbout}
          submit={strings.closeSubmit}
          onConfirm={() => onCloseAccount(closed)}
          onClose={() => setClosed(null)}
        />
      )}
    </Section>
  );
}
