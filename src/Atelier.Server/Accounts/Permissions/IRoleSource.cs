using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Accounts.Permissions;

/// <summary>Knows who has which role in one kind of thing; the capability that owns the kind registers one.</summary>
internal interface IRoleSource
{
    /// <summary>One of the kinds in <see cref="Infrastructure.AccessRules.Access"/>.</summary>
    string Kind { get; }

    /// <summary>Null when there is no such thing, or the person may not even know of it.</summary>
    ValueTask<Role?> RoleOfAsync(CurrentUser user, string id, CancellationToken cancellationToken);
}
