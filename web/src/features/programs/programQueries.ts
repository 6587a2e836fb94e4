import type { AgentProgram, ProgramSettings } from "@/contracts/http";
import { call, path } from "@/lib/api";

interface ProgramAnswer {
  agentProgram: AgentProgram;
}

export const addProgram = (settings: ProgramSettings) => call<ProgramAnswer>("POST", "/api/agent-programs", settings);

export const changeProgram = (id: string, settings: ProgramSettings) =>
  call<ProgramAnswer>("PATCH", path`/api/agent-programs/${id}`, settings);

/** By npm, into the data folder; it goes on by itself, and the news say how. */
export const installProgram = (id: string) => call<ProgramAnswer>("POST", path`/api/agent-programs/${id}/install`, {});

export const uninstallProgram = (id: string) =>
  call<ProgramAnswer>("POST", path`/api/agent-programs/${id}/uninstall`, {});

export const removeProgram = (id: string) => call("DELETE", path`/api/agent-programs/${id}`);
