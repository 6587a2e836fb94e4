import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import type { AccessToken, User } from "@/contracts/http";
import { troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { CopyButton } from "@/ui/CopyButton";
import { Field, TextInput } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { Row, Rows, Section } from "@/ui/Page";
import { RelativeTime } from "@/ui/RelativeTime";
import { createToken, makeLoginLink, meQuery, renameMe, revokeToken, signOut, tokensQuery } from "./accountQueries";
import { accountStrings as strings } from "./strings";

export function YouSection() {
  const client = useQueryClient();
  const me = useQuery(meQuery);
  const tokens = useQuery(tokensQuery);
  const [secret, setSecret] = useState<string | null>(null);
  const link = useMutation({ mutationFn: makeLoginLink, onError: (error) => complain(error) });
  const complain = (error: unknown) => toast.error(troubleOf(error).title, { description: troubleOf(error).detail });
  const rename = useMutation({
    mutationFn: renameMe,
    onSuccess: ({ user }) => {
      client.setQueryData(meQuery.queryKey, (before) => (before === undefined ? undefined : { ...before, ...user }));
      toast(strings.saved);
    },
    onError: complain,
  });
  const create = useMutation({
    mutationFn: createToken,
    onSuccess: ({ token }) => {
      setSecret(token.secret);
      void client.invalidateQueries(tokensQuery);
    },
    onError: complain,
  });
  const revoke = useMutation({
    mutationFn: (token: AccessToken) => revokeToken(token.id),
    onSettled: () => client.invalidateQueries(tokensQuery),
    onError: complain,
  });
  if (me.data === undefined) return null;
  return (
    <YouView
      me={me.data}
      tokens={tokens.data ?? []}
      secret={secret}
      loginLink={link.data?.loginLink.url ?? null}
      onMakeLink={() => link.mutate()}
      onRename={(name) => rename.mutate(name)}
      onCreateToken={(name) => create.mutate(name)}
      onRevoke={(token) => revoke.mutate(token)}
      onSignOut={() => void signOut().then(() => location.assign("/login"), complain)}
    />
  );
}

export interface YouViewProps {
  me: User;
  tokens: readonly AccessToken[];
  secret: string | null;
  loginLink: string | null;
  onMakeLink: () => void;
  onRename: (name: string) => void;
  onCreateToken: (name: string) => void;
  onRevoke: (token: AccessToken) => void;
  onSignOut: () => void;
}

export function YouView(props: YouViewProps) {
  const { me, tokens, secret, loginLink, onMakeLink, onRename, onCreateToken, onRevoke, onSignOut } = props;
  const [name, setName] = useState(me.displayName);
  const [tokenName, setTokenName] = useState("");
  const [revoked, setRevoked] = useState<AccessToken | null>(null);
  const submit = (run: () => void) => (event: FormEvent) => {
    event.preventDefault();
    run();
  };
  const programs = tokens.filter((token) => token.kind === "program");
  return (
    <>
      <Section
        title={strings.you}
        about={strings.youAbout}
        actions={
          <Button look="plain" onClick={onSignOut}>
            {strings.signOut}
          </Button>
        }
      >
        <form className="flex max-w-100 items-end gap-2" onSubmit={submit(() => onRename(name.trim()))}>
          <div className="flex-1">
            <Field label={strings.name}>
              {(ids) => <TextInput {...ids} value={name} onChange={(event) => setName(event.target.value)} />}
            </Field>
          </div>
          <Button type="submit" className="h-8" disabled={name.trim() === "" || name === me.displayName}>
            {strings.save}
          </Button>
        </form>
      </Section>
      <Section
        title={strings.otherDevice}
        about={strings.otherDeviceAbout}
        actions={<Button onClick={onMakeLink}>{strings.makeLink}</Button>}
      >
        {loginLink === null ? null : (
          <Notice tone="info" title={strings.linkOnce} actions={<CopyButton text={loginLink} />}>
            <code className="font-mono text-sm break-all">{loginLink}</code>
          </Notice>
        )}
      </Section>
      <Section title={strings.tokens} about={strings.tokensAbout}>
        {programs.length === 0 ? (
          <p className="text-sm text-faint">{strings.noTokens}</p>
        ) : (
          <Rows>
            {programs.map((token) => (
              <Row key={token.id}>
                <span className="min-w-30 flex-1 font-medium">{token.name}</span>
                <span className="text-xs text-faint">
                  {token.lastUsedAt ? (
                    <>
                      {strings.lastUsed} <RelativeTime at={token.lastUsedAt} />
                    </>
                  ) : (
                    strings.neverUsed
                  )}
                </span>
                <Button look="plain" onClick={() => setRevoked(token)}>
                  {strings.revoke}
                </Button>
              </Row>
            ))}
          </Rows>
        )}
        {secret === null ? null : (
          <Notice tone="info" title={strings.tokenOnce} actions={<CopyButton text={secret} />}>
            <code className="font-mono text-sm break-all">{secret}</code>
          </Notice>
        )}
        <form
          className="flex max-w-100 items-end gap-2"
          onSubmit={submit(() => {
            onCreateToken(tokenName.trim());
            setTokenName("");
          })}
        >
          <div className="flex-1">
            <Field label={strings.tokenName}>
              {(ids) => (
                <TextInput
                  {...ids}
                  value={tokenName}
                  placeholder={strings.tokenPlaceholder}
                  onChange={(event) => setTokenName(event.target.value)}
                />
              )}
            </Field>
          </div>
          <Button type="submit" className="h-8" disabled={tokenName.trim() === ""}>
            {strings.newToken}
          </Button>
        </form>
      </Section>
      {revoked === null ? null : (
        <ConfirmDialog
          title={strings.revokeTitle(revoked.name)}
          about={strings.revokeAbout}
          submit={strings.revoke}
          onConfirm={() => onRevoke(revoked)}
          onClose={() => setRevoked(null)}
        />
      )}
    </>
  );
}
