import type { AgentProgram, ProgramSettings } from "@/contracts/http";
import { call, path } from "@/lib/api";

interface ProgramAnswer {
  agentProgram: AgentProgram;
}

export const addProgram = (settings: ProgramSettings) => call<ProgramAnswer>("POST", "/api/agent-programs", settings);

export const changeProgram = (id: string, settings: ProgramSettings) =>
  call<ProgramAnswer>("PATCH", path`/api/agent-programs/${id}`, settings);

export const removeProgram = (id: string) => call("DELETE", path`/api/agent-programs/${id}`);
