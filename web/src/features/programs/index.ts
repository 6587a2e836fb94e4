export { installedFirst, ProgramPicker } from "./ProgramPicker";
export { ProgramsSection } from "./ProgramsSection";
