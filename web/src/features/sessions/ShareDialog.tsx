import { useState } from "react";
import type { RepositoryRole, Session } from "@/contracts/http";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { Dialog, DialogActions, DialogBody } from "@/ui/Dialog";
import { Field, Select } from "@/ui/Field";
import { uiStrings } from "@/ui/strings";
import { sessionName } from "./sessionRules";
import { sessionStrings } from "./strings";

const strings = sessionStrings.share;

export interface ShareDialogProps {
  session: Session;
  onShare: (role: RepositoryRole | "none") => void;
  onClose: () => void;
}

/** Lets everybody who can sign in here into a quick session. */
export function ShareDialog({ session, onShare, onClose }: ShareDialogProps) {
  const before = session.sharedRole ?? "none";
  const [role, setRole] = useState<RepositoryRole | "none">(before);
  const address = `${location.origin}/sessions/${session.id}`;
  return (
    <Dialog isOpen onClose={onClose} title={strings.title(sessionName(session))} about={strings.about}>
      <DialogBody>
        <Field label={strings.others}>
          {(ids) => (
            <Select
              {...ids}
              choices={strings.choices}
              value={role}
              onChange={(event) => setRole(event.target.value as RepositoryRole | "none")}
            />
          )}
        </Field>
        {role === "none" ? null : (
          <p className="flex items-center gap-2">
            <code className="min-w-0 flex-1 truncate font-mono text-sm text-soft">{address}</code>
            <CopyButton text={address} />
          </p>
        )}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{uiStrings.cancel}</Button>
        <Button
          look="primary"
          disabled={role === before}
          onClick={() => {
            onShare(role);
            onClose();
          }}
        >
          {strings.submit}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
