import { Download } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useOperation, useTakeNews } from "@/app/live";
import type { AgentProgram } from "@/contracts/http";
import { troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { installProgram, uninstallProgram } from "./programQueries";
import { programStrings as strings } from "./strings";

/** Installs and removes programs; the answer is only that it has begun. */
export function useProgramInstalls() {
  const takeNews = useTakeNews();
  const run = async (call: typeof installProgram, program: AgentProgram, whenRefused: string) => {
    try {
      const { agentProgram } = await call(program.id);
      takeNews({ event: "agent-program-changed", data: { agentProgram } });
    } catch (error) {
      const { title, detail } = troubleOf(error);
      toast.error(whenRefused, { description: detail === undefined ? title : `${title}. ${detail}` });
    }
  };
  return {
    install: (program: AgentProgram) => run(installProgram, program, strings.installRefused),
    uninstall: (program: AgentProgram) => run(uninstallProgram, program, strings.uninstallRefused),
  };
}

export function InstallProgram({ program }: { program: AgentProgram }) {
  const { install } = useProgramInstalls();
  const operation = useOperation(program.id);
  return <InstallView program={program} line={operation?.phase} onInstall={() => install(program)} />;
}

export interface InstallViewProps {
  program: AgentProgram;
  /** The last line of what is going on. */
  line: string | undefined;
  onInstall: () => Promise<void>;
}

/** A button that installs a program, or how far that has come, or why it came to nothing. */
export function InstallView({ program, line, onInstall }: InstallViewProps) {
  const [isBusy, setBusy] = useState(false);
  const { package: packaged, install } = program;
  if (packaged === null || packaged === undefined) return null;
  if (install?.state === "installing" || install?.state === "removing") {
    return (
      <span role="status" className="min-w-0 truncate text-xs text-soft">
        {install.state === "removing" ? strings.removing : strings.installing(line)}
      </span>
    );
  }
  const isOther = Boolean(program.installedVersion) && program.installedVersion !== packaged.version;
  if (program.isAcpInstalled === true && !isOther) return null;
  return (
    <span className="flex min-w-0 flex-wrap items-center justify-end gap-x-2 gap-y-1">
      {install?.state === "failed" ? (
        <span className="max-w-100 text-xs whitespace-pre-wrap break-words text-failed">{install.problem}</span>
      ) : null}
      <Button
        icon={<Download size={14} aria-hidden />}
        title={strings.installAbout(packaged.name, packaged.version)}
        isBusy={isBusy}
        onClick={async () => {
          setBusy(true);
          await onInstall();
          setBusy(false);
        }}
      >
        {isOther ? strings.upgrade(packaged.version) : strings.install}
      </Button>
    </span>
  );
}
