import { lazy } from "react";

export { FilesChanged } from "./FilesChanged";
export { reviewKey } from "./reviewQueries";
export { TurnTools } from "./TurnTools";

export const ReviewPage = lazy(() => import("./ReviewPage"));
