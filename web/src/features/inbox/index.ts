import { lazy } from "react";

export { DesktopNotifications } from "./DesktopNotifications";
export { askingKinds, askingOf, needingOf } from "./inboxRules";

export const InboxPage = lazy(() => import("./InboxPage"));
export const NotificationsSection = lazy(() => import("./NotificationsSection"));
