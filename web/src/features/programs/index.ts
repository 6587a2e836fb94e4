export { InstallProgram } from "./InstallProgram";
export { installedFirst, ProgramPicker } from "./ProgramPicker";
export { ProgramsSection } from "./ProgramsSection";
