import { lazy } from "react";

export { SessionPane } from "./SessionPane";
export { placeOf, SessionRow } from "./SessionRow";
export { firstWorker, grouped, newestFirst, sessionName, sessionState } from "./sessionRules";
export { lossOf, lossWords, removalQuery, type WouldLose } from "./wouldLose";

export const CreateSessionDialog = lazy(() => import("./CreateSessionDialog"));
export const SessionPage = lazy(() => import("./SessionPage"));
export const SessionsPage = lazy(() => import("./SessionsPage"));
