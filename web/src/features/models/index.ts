export { ModelsSection, ModelsView } from "./ModelsSection";
export { modelProvidersQuery } from "./modelQueries";
