import { lazy } from "react";

export { AgentRow } from "./AgentRow";
export { agentName, agentPlace, agentState, canSteer, groupedAgents, stateWord as agentStateWord } from "./agentRules";
export { type AgentsSearch, agentsSearch } from "./lists/agentFilters";
export { useAgentThreads } from "./useAgentThreads";

export const AgentPage = lazy(() => import("./AgentPage"));
export const AgentPane = lazy(() => import("./AgentPane"));
export const AgentsPage = lazy(() => import("./AgentsPage"));
export const CreateAgentDialog = lazy(() => import("./CreateAgentDialog"));
export const InboxList = lazy(() => import("./InboxList"));
