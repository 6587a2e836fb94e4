import { lazy } from "react";

export { FilesChanged } from "./FilesChanged";
export { reviewKey } from "./reviewQueries";

export const ReviewPage = lazy(() => import("./ReviewPage"));
