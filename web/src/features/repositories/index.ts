export { BranchPicker, type ChosenBranch } from "./BranchPicker";
export { RepositoriesSection } from "./RepositoriesSection";
export { RepositoryPicker } from "./RepositoryPicker";
export { branchesQuery } from "./repositoryQueries";
