import { lazy } from "react";

export { meQuery, usersQuery } from "./accountQueries";
export { PeopleSection } from "./PeopleSection";
export { YouSection } from "./YouSection";

export const LoginPage = lazy(() => import("./LoginPage"));
export const InvitePage = lazy(() => import("./InvitePage"));
