export { DirectoryPicker } from "./DirectoryPicker";
export { HostsPage } from "./HostsPage";
