import { lazy } from "react";

export { type SettingsSection, sectionOf, settingsSections } from "./sections";
export { settingsStrings } from "./strings";

export const SettingsPage = lazy(() => import("./SettingsPage"));
