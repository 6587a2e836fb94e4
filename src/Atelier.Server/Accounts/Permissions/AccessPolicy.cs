using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Accounts.Permissions;

/// <summary>
/// The one place that says who may do what. Routes ask it through their rule, code asks it about things that are not in
/// the path.
/// </summary>
internal sealed class AccessPolicy(IEnumerable<IRoleSource> sources, IProgramRights programs)
{
    private readonly Dictionary<string, IRoleSource> _sources = sources.ToDictionary(
        source => source.Kind, StringComparer.Ordinal);

    public async ValueTask<AccessDecision> DecideAsync(
        CurrentUser? user, AccessRule rule, RouteValueDictionary routeValues, CancellationToken cancellationToken)
    {
        if (user is null)
        {
            return AccessDecisions.For(rule, caller: null);
        }

        var rights = rule switch
        {
            AccessRule.On on when routeValues[on.RouteValue] is string id =>
                new CallerRights(user.IsAdministrator, Role: await RoleInAsync(user, on.Kind, id, cancellationToken)),
            AccessRule.RunsPrograms => new CallerRights(user.IsAdministrator, await MayRunProgramsAsync(user, cancellationToken)),
            _ => new CallerRights(user.IsAdministrator),
        };
        return AccessDecisions.For(rule, rights);
    }

    /// <summary>Whether a person may run programs on the hosts: administrators, and who may do so in one of the things here anyway.</summary>
    public async ValueTask<bool> MayRunProgramsAsync(CurrentUser user, CancellationToken cancellationToken) =>
        user.IsAdministrator || await programs.MayRunProgramsAsync(user, cancellationToken);

    /// <summary>A person's role in a thing; null when for them there is no such thing.</summary>
    public ValueTask<Role?> RoleInAsync(
        CurrentUser user, string kind, string id, CancellationToken cancellationToken) =>
        _sources.TryGetValue(kind, out var source)
            ? source.RoleOfAsync(user, id, cancellationToken)
            : throw new InvalidOperationException($"Nobody knows roles in a {kind}.");
}
