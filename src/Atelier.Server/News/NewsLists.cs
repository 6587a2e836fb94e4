using Atelier.Server.Accounts;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.News;
using Atelier.Server.Repositories;
using Atelier.Server.Sessions;

namespace Atelier.Server.News;

internal sealed record NewsSnapshot(
    IReadOnlyList<SessionView> Sessions,
    IReadOnlyList<HostView> Hosts,
    IReadOnlyList<RepositoryView> Repositories,
    IReadOnlyList<AgentProgramView> AgentPrograms);

internal sealed record SessionRemoved(SessionId SessionId);

internal sealed record RepositoryRemoved(RepositoryId RepositoryId);

internal sealed record AgentProgramRemoved(AgentProgramId AgentProgramId);

/// <summary>Shows a person the lists, and a changed thing as it is now; what they may not see is removed for them (rule NS2).</summary>
internal sealed class NewsLists(
    SessionOwners sessions,
    SessionAccess sessionAccess,
    SessionViews sessionViews,
    KnownRepositories repositories,
    ProgramCatalog programs,
    HostMachines hosts,
    HostLinks links)
{
    public async Task<NewsSnapshot> AllAsync(CurrentUser user, CancellationToken cancellationToken)
    {
        var shownSessions = new List<SessionView>();
        foreach (var session in await sessions.AllAsync(cancellationToken))
        {
            if (await sessionAccess.RoleInAsync(user, session, cancellationToken) is not null)
            {
                shownSessions.Add(sessionViews.Of(session));
            }
        }

        var all = await programs.AllAsync(cancellationToken);
        var installed = await programs.InstalledAsync(all, cancellationToken);
        return new NewsSnapshot(
            shownSessions,
            await HostsAsync(cancellationToken),
            await repositories.ShowAllAsync(user, cancellationToken),
            [.. all.Select(program => AgentProgramView.Of(program, installed))]);
    }

    public async Task<IReadOnlyList<HostView>> HostsAsync(CancellationToken cancellationToken) =>
        [.. (await hosts.AllAsync(cancellationToken)).Select(host => HostView.Of(host, links))];

    /// <summary>The session and what the person may do there; null when for them there is none.</summary>
    public async Task<Role?> RoleInAsync(CurrentUser user, SessionId id, CancellationToken cancellationToken) =>
        await sessions.FindAsync(id) is { } owner ? await sessionAccess.RoleInAsync(user, owner.Current, cancellationToken) : null;

    /// <summary>The event a row becomes for a person: its name and its data.</summary>
    public async Task<(string Event, object Data)> ShowAsync(CurrentUser user, NewsRow row, CancellationToken cancellationToken)
    {
        switch (row.Kind)
        {
            case NewsLog.SessionChanged or NewsLog.SessionRemoved:
                var id = new SessionId(row.SubjectId);
                var session = row.Kind == NewsLog.SessionChanged ? (await sessions.FindAsync(id))?.Current : null;
                return session is not null && await sessionAccess.RoleInAsync(user, session, cancellationToken) is not null
                    ? (NewsLog.SessionChanged, new SessionReply(sessionViews.Of(session)))
                    : (NewsLog.SessionRemoved, new SessionRemoved(id));
            case NewsLog.RepositoryChanged or NewsLog.RepositoryRemoved:
                return await repositories.ShowAsync(user, new RepositoryId(row.SubjectId), cancellationToken) is { } repository
                    ? (NewsLog.RepositoryChanged, new RepositoryReply(repository))
                    : (NewsLog.RepositoryRemoved, new RepositoryRemoved(new RepositoryId(row.SubjectId)));
            default:
                var program = await programs.FindAsync(new AgentProgramId(row.SubjectId), cancellationToken);
                return program is not null
                    ? (NewsLog.AgentProgramChanged, new AgentProgramReply(
                        AgentProgramView.Of(program, await programs.InstalledAsync([program], cancellationToken))))
                    : (NewsLog.AgentProgramRemoved, new AgentProgramRemoved(new AgentProgramId(row.SubjectId)));
        }
    }
}
