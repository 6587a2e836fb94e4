import { useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Member, Repository, RepositoryRole, User } from "@/contracts/http";
import { usersQuery } from "@/features/accounts";
import { type Trouble, troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions, DialogBody } from "@/ui/Dialog";
import { Face } from "@/ui/Face";
import { Select } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { Notice } from "@/ui/Notice";
import { Row, Rows } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { uiStrings } from "@/ui/strings";
import { membersQuery, repositoryName, setMembers } from "./repositoryQueries";
import { repositoryStrings as strings } from "./strings";

export interface MembersDialogProps {
  repository: Repository;
  /** Only owners change members; everybody in the repository may see them. */
  canChange: boolean;
  onClose: () => void;
}

export function MembersDialog({ repository, canChange, onClose }: MembersDialogProps) {
  const client = useQueryClient();
  const members = useQuery(membersQuery(repository.id));
  const users = useQuery(usersQuery);
  const problem = members.error ?? users.error;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={strings.membersTitle(repositoryName(repository))}
      about={strings.membersAbout}
    >
      {members.data === undefined || users.data === undefined ? (
        <DialogBody>
          {problem === null ? <Skeleton lines={3} /> : <Notice tone="failure" title={troubleOf(problem).title} />}
        </DialogBody>
      ) : (
        <MembersView
          members={members.data}
          users={users.data}
          canChange={canChange}
          onClose={onClose}
          onSave={async (changed) => {
            const answer = await setMembers(repository.id, changed);
            client.setQueryData(membersQuery(repository.id).queryKey, answer.members);
          }}
        />
      )}
    </Dialog>
  );
}

export interface MembersViewProps {
  members: readonly Member[];
  users: readonly User[];
  canChange: boolean;
  onSave: (members: readonly Member[]) => Promise<void>;
  onClose: () => void;
}

/** Who may do what in one repository. Changed here first, and all of it saved at once: there is an owner at every moment. */
export function MembersView({ members, users, canChange, onSave, onClose }: MembersViewProps) {
  const [changed, setChanged] = useState<readonly Member[]>(members);
  const [trouble, setTrouble] = useState<Trouble | undefined>();
  const [isBusy, setBusy] = useState(false);
  const others = users.filter((user) => !changed.some((member) => member.userId === user.id));
  const hasOwner = changed.some((member) => member.role === "owner");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setTrouble(undefined);
    try {
      await onSave(changed);
      onClose();
    } catch (error) {
      setTrouble(troubleOf(error));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} className="flex min-h-0 flex-col">
      <DialogBody>
        <Rows>
          {changed.map((member) => (
            <Row key={member.userId}>
              <Face id={member.userId} name={member.displayName} />
              <span className="min-w-24 flex-1 truncate font-medium">{member.displayName}</span>
              {canChange ? (
                <>
                  <span className="w-30">
                    <Select
                      aria-label={strings.roleOf(member.displayName)}
                      choices={strings.roles}
                      value={member.role}
                      onChange={(event) => {
                        const role = event.target.value as RepositoryRole;
                        setChanged(changed.map((each) => (each.userId === member.userId ? { ...each, role } : each)));
                      }}
                    />
                  </span>
                  <IconButton
                    name={strings.removeMember(member.displayName)}
                    onClick={() => setChanged(changed.filter((each) => each.userId !== member.userId))}
                  >
                    <X size={16} aria-hidden />
                  </IconButton>
                </>
              ) : (
                <span className="text-sm text-soft">
                  {strings.roles.find((role) => role.value === member.role)?.name}
                </span>
              )}
            </Row>
          ))}
        </Rows>
        {canChange && others.length > 0 ? (
          <Select
            aria-label={strings.addMember}
            choices={[
              { value: "", name: `${strings.addMember}…` },
              ...others.map((user) => ({ value: user.id, name: user.displayName })),
            ]}
            value=""
            onChange={(event) => {
              const user = others.find((each) => each.id === event.target.value);
              if (user === undefined) return;
              setChanged([...changed, { userId: user.id, displayName: user.displayName, role: "editor" }]);
            }}
          />
        ) : null}
        <p className="text-xs text-faint text-pretty">{strings.rolesAbout}</p>
        {hasOwner ? null : <Notice tone="warning" title={strings.needsOwner} />}
        {trouble === undefined ? null : (
          <Notice tone="failure" title={trouble.title} reference={trouble.reference}>
            {trouble.detail}
          </Notice>
        )}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{canChange ? uiStrings.cancel : uiStrings.close}</Button>
        {canChange ? (
          <Button type="submit" look="primary" isBusy={isBusy} disabled={!hasOwner || changed === members}>
            {strings.save}
          </Button>
        ) : null}
      </DialogActions>
    </form>
  );
}
