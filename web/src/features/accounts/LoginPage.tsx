import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { ProblemError, type Trouble, troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Field, TextInput } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { meQuery, signIn } from "./accountQueries";
import { FrontDoor } from "./FrontDoor";
import { codeOf } from "./linkCode";
import { accountStrings as strings } from "./strings";

/** Takes a one-time link, or a token. */
export default function LoginPage({ next }: { next: string | undefined }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [code] = useState(() => codeOf(location.hash));
  const [isBusy, setBusy] = useState(code !== null);
  const [trouble, setTrouble] = useState<Trouble | undefined>();
  const isTried = useRef(false);

  const enter = async (proof: { code: string } | { token: string }) => {
    setBusy(true);
    setTrouble(undefined);
    try {
      await signIn(proof);
      client.removeQueries(meQuery);
      // A path of this page only; an address of elsewhere must not be reached through a sign-in link.
      await navigate({ href: next?.startsWith("/") && !next.startsWith("//") ? next : "/", replace: true });
    } catch (error) {
      setTrouble(explain(error, "code" in proof));
      setBusy(false);
    }
  };

  useEffect(() => {
    if (code === null || isTried.current) return;
    isTried.current = true;
    // The code leaves the address bar and the history before anything else happens.
    history.replaceState(history.state, "", location.pathname + location.search);
    void enter({ code });
  });

  return (
    <LoginView isBusy={isBusy} isByLink={code !== null} trouble={trouble} onToken={(token) => void enter({ token })} />
  );
}

export interface LoginViewProps {
  isBusy: boolean;
  isByLink: boolean;
  trouble: Trouble | undefined;
  onToken: (token: string) => void;
}

export function LoginView({ isBusy, isByLink, trouble, onToken }: LoginViewProps) {
  const [token, setToken] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onToken(token.trim());
  };
  return (
    <FrontDoor title={strings.loginTitle} about={strings.loginLink}>
      {trouble === undefined ? null : (
        <Notice tone="failure" title={trouble.title}>
          {trouble.detail}
        </Notice>
      )}
      {isBusy && isByLink ? (
        <p role="status" className="text-soft">
          {strings.signingIn}
        </p>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-3">
          <Field label={strings.token} about={strings.tokenAbout}>
            {(ids) => (
              <TextInput
                {...ids}
                isMono
                type="password"
                autoComplete="current-password"
                value={token}
                onChange={(event) => setToken(event.target.value)}
              />
            )}
          </Field>
          <Button type="submit" look="primary" isBusy={isBusy} disabled={token.trim() === ""}>
            {strings.signIn}
          </Button>
        </form>
      )}
    </FrontDoor>
  );
}

function explain(error: unknown, isByLink: boolean): Trouble {
  if (error instanceof ProblemError && error.status === 401) {
    return isByLink ? { title: strings.linkUsed, detail: strings.linkUsedAbout } : { title: strings.wrongToken };
  }
  return troubleOf(error);
}
