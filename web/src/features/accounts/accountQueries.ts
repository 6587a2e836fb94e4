import { queryOptions } from "@tanstack/react-query";
import type { AccessToken, Invite, MeAnswer, User } from "@/contracts/http";
import { call, path } from "@/lib/api";

/** Who is signed in, and what they may do that is not said of a single thing. */
export type Me = User & Omit<MeAnswer, "user">;

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }): Promise<Me> => {
    const { user, ...rights } = await call<MeAnswer>("GET", "/api/me", undefined, signal);
    return { ...user, ...rights };
  },
  staleTime: 60_000,
  retry: false,
});

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: async ({ signal }) => (await call<{ users: User[] }>("GET", "/api/users", undefined, signal)).users,
});

export const invitesQuery = queryOptions({
  queryKey: ["invites"],
  queryFn: async ({ signal }) => (await call<{ invites: Invite[] }>("GET", "/api/invites", undefined, signal)).invites,
});

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: async ({ signal }) =>
    (await call<{ tokens: AccessToken[] }>("GET", "/api/tokens", undefined, signal)).tokens,
});

export const signIn = (proof: { code: string } | { token: string }) =>
  call<{ user: User }>("POST", "/api/login", proof);

export const signOut = () => call("POST", "/api/logout");

export const acceptInvite = (code: string, displayName: string) =>
  call<{ user: User }>(
    "POST",
    path`/api/invites/${code}/accept`,
    displayName.trim() === "" ? {} : { displayName: displayName.trim() },
  );

export const renameMe = (displayName: string) => call<{ user: User }>("PATCH", "/api/me", { displayName });

export const createToken = (name: string) => call<{ token: { secret: string } }>("POST", "/api/tokens", { name });

export const revokeToken = (id: string) => call("DELETE", path`/api/tokens/${id}`);

export const inviteUser = () => call<{ invite: Invite & { url: string } }>("POST", "/api/users", {});

export const setAdministrator = (userId: string, isAdministrator: boolean) =>
  call<{ user: User }>("PATCH", path`/api/users/${userId}`, { isAdministrator });

export const closeAccount = (userId: string) => call("DELETE", path`/api/users/${userId}`);

/** Signs this person in on another device, once. */
export const makeLoginLink = () => call<{ loginLink: { url: string; expiresAt: string } }>("POST", "/api/login-links");

export const withdrawInvite = (id: string) => call("DELETE", path`/api/invites/${id}`);
