import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { useLists } from "@/app/live";
import type { AgentProgram, PermissionRule, Repository } from "@/contracts/http";
import { troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Row, Rows } from "@/ui/Page";
import { RelativeTime } from "@/ui/RelativeTime";
import { revokeRule, rulesQuery } from "./inboxQueries";
import { inboxStrings as strings } from "./strings";

/** Rules of all repositories that hold, to be read and revoked. */
export function RulesList() {
  const client = useQueryClient();
  const repositories = useLists((lists) => lists.repositories) ?? [];
  const programs = useLists((lists) => lists.agentPrograms) ?? [];
  const answers = useQueries({ queries: repositories.map((each) => rulesQuery(each.id)) });
  const [revoked, setRevoked] = useState<readonly string[]>([]);
  const rules = answers
    .flatMap((answer) => answer.data ?? [])
    .filter((rule) => !rule.revokedAt && !revoked.includes(rule.id));
  const revoke = async (rule: PermissionRule) => {
    setRevoked((before) => [...before, rule.id]);
    try {
      await revokeRule(rule);
    } catch (error) {
      setRevoked((before) => before.filter((id) => id !== rule.id));
      const { title, detail } = troubleOf(error);
      toast.error(strings.revokeRefused, { description: detail === undefined ? title : `${title}. ${detail}` });
    }
    void client.invalidateQueries(rulesQuery(rule.repositoryId));
  };
  if (rules.length === 0) return <p className="text-sm text-faint">{strings.noRules}</p>;
  return (
    <Rows>
      {rules.map((rule) => (
        <RuleRow
          key={rule.id}
          rule={rule}
          repository={repositories.find((each) => each.id === rule.repositoryId)}
          program={programs.find((each) => each.id === rule.agentProgramId)}
          onRevoke={() => void revoke(rule)}
        />
      ))}
    </Rows>
  );
}

export interface RuleRowProps {
  rule: PermissionRule;
  repository: Repository | undefined;
  program: AgentProgram | undefined;
  onRevoke: () => void;
}

export function RuleRow({ rule, repository, program, onRevoke }: RuleRowProps) {
  const what = rule.match === "prefix" ? strings.beginning(rule.pattern) : rule.pattern;
  const mayRevoke = repository?.role === "editor" || repository?.role === "owner";
  return (
    <Row>
      <span className="w-26 shrink-0 text-sm text-soft">
        {rule.decision === "allow" ? strings.allow : strings.deny}
      </span>
      <span className="flex min-w-0 flex-1 basis-60 flex-col">
        <code className="truncate font-mono text-sm" title={what}>
          {what}
        </code>
        <span className="flex min-w-0 flex-wrap gap-x-2 text-sm text-faint">
          <span className="truncate">{repository === undefined ? "" : `${repository.owner}/${repository.name}`}</span>
          {rule.folder === "" ? null : <span>{strings.inFolder(rule.folder)}</span>}
          {rule.agentProgramId ? <span>{strings.onlyProgram(program?.name ?? rule.agentProgramId)}</span> : null}
          <span>{strings.used(rule.timesUsed)}</span>
          {rule.lastUsedAt ? <RelativeTime at={rule.lastUsedAt} /> : null}
        </span>
      </span>
      {mayRevoke ? (
        <Button aria-label={strings.revoke(what)} onClick={onRevoke}>
          {strings.revokeShort}
        </Button>
      ) : null}
    </Row>
  );
}
