import { queryOptions } from "@tanstack/react-query";
import type { ModelProvider, ModelProviderSettings } from "@/contracts/http";
import { call, path } from "@/lib/api";

export const modelProvidersQuery = queryOptions({
  queryKey: ["model-providers"],
  queryFn: async ({ signal }) =>
    (await call<{ modelProviders: ModelProvider[] }>("GET", "/api/model-providers", undefined, signal)).modelProviders,
  staleTime: 30_000,
});

export const addModelProvider = (settings: ModelProviderSettings) =>
  call<{ modelProvider: ModelProvider }>("POST", "/api/model-providers", settings);

export const changeModelProvider = (id: string, settings: ModelProviderSettings) =>
  call<{ modelProvider: ModelProvider }>("PATCH", path`/api/model-providers/${id}`, settings);

export const removeModelProvider = (id: string) => call("DELETE", path`/api/model-providers/${id}`);
