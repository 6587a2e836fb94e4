import { lazy } from "react";

export { terminalStrings } from "./strings";
export { workerLinks } from "./workerLinks";

export const TerminalPane = lazy(() => import("./TerminalPane"));
