using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Accounts.Permissions;

/// <summary>
/// The one place that says who may do what. Routes ask it through their rule, code asks it about things that are not in
/// the path.
/// </summary>
internal sealed class AccessPolicy(IEnumerable<IRoleSource> sources)
{
    private readonly Dictionary<string, IRoleSource> _sources = sources.ToDictionary(
        source => source.Kind, StringComparer.Ordinal);

    public async ValueTask<AccessDecision> DecideAsync(
        CurrentUser? user, AccessRule rule, RouteValueDictionary routeValues, CancellationToken cancellationToken)
    {
        var role = user is not null && rule is AccessRule.On on && routeValues[on.RouteValue] is string id
            ? await RoleInAsync(user, on.Kind, id, cancellationToken)
            : null;
        return AccessDecisions.For(rule, user is not null, user?.IsAdministrator ?? false, role);
    }

    /// <summary>A person's role in a thing; null when for them there is no such thing.</summary>
    public ValueTask<Role?> RoleInAsync(
        CurrentUser user, string kind, string id, CancellationToken cancellationToken) =>
        _sources.TryGetValue(kind, out var source)
            ? source.RoleOfAsync(user, id, cancellationToken)
            : throw new InvalidOperationException($"Nobody knows roles in a {kind}.");
}
