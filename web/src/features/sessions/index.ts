import { lazy } from "react";

export { SessionPane } from "./SessionPane";
export { placeOf, SessionRow } from "./SessionRow";
export { SessionsPage } from "./SessionsPage";
export { firstWorker, grouped, newestFirst, sessionName, sessionState } from "./sessionRules";

export const CreateSessionDialog = lazy(() => import("./CreateSessionDialog"));
export const SessionPage = lazy(() => import("./SessionPage"));
