import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ProblemError, type Trouble, troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Field, TextInput } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { acceptInvite, meQuery } from "./accountQueries";
import { FrontDoor } from "./FrontDoor";
import { codeOf } from "./linkCode";
import { accountStrings as strings } from "./strings";

export default function InvitePage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [code] = useState(() => codeOf(location.hash) ?? "");
  const [trouble, setTrouble] = useState<Trouble | undefined>();
  const [isBusy, setBusy] = useState(false);
  const join = async (name: string) => {
    setBusy(true);
    setTrouble(undefined);
    try {
      await acceptInvite(code, name);
      client.removeQueries(meQuery);
      await navigate({ to: "/", replace: true });
    } catch (error) {
      const isUsed = error instanceof ProblemError && error.code === "link-not-valid";
      setTrouble(isUsed ? { title: strings.inviteUsed, detail: strings.inviteUsedAbout } : troubleOf(error));
      setBusy(false);
    }
  };
  return <InviteView isBusy={isBusy} trouble={trouble} onJoin={(name) => void join(name)} />;
}

export interface InviteViewProps {
  isBusy: boolean;
  trouble: Trouble | undefined;
  onJoin: (name: string) => void;
}

export function InviteView({ isBusy, trouble, onJoin }: InviteViewProps) {
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onJoin(name);
  };
  return (
    <FrontDoor title={strings.inviteTitle} about={strings.inviteAbout}>
      {trouble === undefined ? null : (
        <Notice tone="failure" title={trouble.title}>
          {trouble.detail}
        </Notice>
      )}
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Field label={strings.name}>
          {(ids) => (
            <TextInput {...ids} autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <Button type="submit" look="primary" isBusy={isBusy} disabled={name.trim() === ""}>
          {strings.join}
        </Button>
      </form>
    </FrontDoor>
  );
}
