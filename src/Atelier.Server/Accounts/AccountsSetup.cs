using Atelier.Server.Accounts.Login;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Accounts.Users;

namespace Atelier.Server.Accounts;

internal static class AccountsSetup
{
    public static IServiceCollection AddAccounts(this IServiceCollection services) => services
        .AddSingleton<Installation>()
        .AddSingleton<BrowserCookie>()
        .AddSingleton<BrowserLogin>()
        .AddSingleton<UserStore>()
        .AddSingleton<Administrators>()
        .AddSingleton<InviteStore>()
        .AddSingleton<AccessTokenStore>()
        .AddSingleton<TokenLogin>()
        .AddSingleton<AgentTokens>()
        .AddSingleton<LoginLinkStore>()
        .AddSingleton<AuditLog>()
        .AddSingleton<AuditQueries>()
        .AddSingleton<AccessPolicy>()
        .AddSingleton<AccessChanges>()
        .AddLoginRate()
        .AddHostedService<FirstUser>()
        .AddHostedService<OpenBindRule>();

    /// <summary>Comes after routing: who calls, and whether they may.</summary>
    public static void UseAccounts(this IApplicationBuilder server)
    {
        server.UseRateLimiter();
        server.UseMiddleware<Authentication>();
        server.UseMiddleware<AccessGate>();
    }

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapLogin();
        routes.MapUsers();
        routes.MapInvites();
        routes.MapTokens();
        routes.MapAudit();
    }
}
