namespace Atelier.Server.Infrastructure.AccessRules;

/// <summary>What somebody may do with a thing; each role includes the ones before it.</summary>
internal enum Role
{
    Viewer,
    Editor,
    Owner,
}

/// <summary>
/// Who may call a route. Each route and socket carries exactly one; a route without is refused, and the server does not
/// start with one.
/// </summary>
internal abstract record AccessRule
{
    /// <summary>Everybody, logged in or not.</summary>
    /// <param name="Reason">Why that is safe.</param>
    internal sealed record Anonymous(string Reason) : AccessRule;

    /// <summary>Everybody with an account; the route itself shows each only what is theirs.</summary>
    internal sealed record AnyUser : AccessRule;

    internal sealed record Administrator : AccessRule;

    /// <summary>Whoever may run programs on a host, and so do there what the account can that Atelier runs as (docs/decisions/0007).</summary>
    internal sealed record RunsPrograms : AccessRule;

    /// <summary>Who has at least this role in the thing whose id is in the path.</summary>
    internal sealed record On(string Kind, Role Role, string RouteValue) : AccessRule;
}

/// <summary>The rules as routes write them: <c>.Requires(Access.Repository(Role.Editor))</c>.</summary>
internal static class Access
{
    public const string RepositoryKind = "repository";
    public const string SessionKind = "session";
    public const string AgentKind = "agent";

    public static AccessRule Administrator { get; } = new AccessRule.Administrator();

    public static AccessRule RunsPrograms { get; } = new AccessRule.RunsPrograms();

    public static AccessRule Repository(Role role, string routeValue = "id") =>
        new AccessRule.On(RepositoryKind, role, routeValue);

    public static AccessRule Session(Role role, string routeValue = "id") =>
        new AccessRule.On(SessionKind, role, routeValue);

    public static AccessRule Agent(Role role, string routeValue = "id") =>
        new AccessRule.On(AgentKind, role, routeValue);

    public static TBuilder Requires<TBuilder>(this TBuilder route, AccessRule rule)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(rule);

    public static TBuilder AllowAnyUser<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.Requires(new AccessRule.AnyUser());

    public static TBuilder AllowAnonymousReason<TBuilder>(this TBuilder route, string reason)
        where TBuilder : IEndpointConventionBuilder => route.Requires(new AccessRule.Anonymous(reason));

    /// <summary>A route without a rule is a bug that nobody shall find out from outside.</summary>
    public static void RequireAccessRules(this IEndpointRouteBuilder server)
    {
        var without = server.DataSources
            .SelectMany(source => source.Endpoints)
            .Where(route => route.Metadata.OfType<AccessRule>().Count() != 1)
            .Select(route => route.DisplayName)
            .ToList();
        if (without.Count > 0)
        {
            throw new InvalidOperationException(
                $"Each route has exactly one access rule, but these do not: {string.Join(", ", without)}.");
        }
    }
}
