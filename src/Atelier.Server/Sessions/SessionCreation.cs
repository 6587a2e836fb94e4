using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Repositories;
using Atelier.Server.Repositories.Worktrees;
using Atelier.Server.Sessions.Workers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Sessions;

internal abstract record CreateSessionReply
{
    private CreateSessionReply()
    {
    }

    internal sealed record Created(Session Session) : CreateSessionReply;

    internal sealed record Refused(ProblemHttpResult Problem) : CreateSessionReply;
}

/// <summary>Makes sessions: finds or makes their place on the host first, then the row, then the first worker.</summary>
internal sealed class SessionCreation(
    SessionOwners sessions,
    HostMachines hosts,
    HostLinks links,
    KnownRepositories repositories,
    WorktreePlaces worktrees,
    WorkerLaunches launches,
    AccessPolicy policy,
    TimeProvider clock)
{
    private const int DefaultCols = 120;
    private const int DefaultRows = 30;

    public async Task<CreateSessionReply> CreateAsync(CreateSessionRequest request, CurrentUser user, CancellationToken cancellationToken)
    {
        if (request.Title?.Length > Session.MaxTitleLength)
        {
            return Refuse($"A title has at most {Session.MaxTitleLength} characters.");
        }

        return request.Type == SessionType.Quick
            ? await CreateQuickAsync(request, user, cancellationToken)
            : await CreateWorktreeAsync(request, user, cancellationToken);
    }

    private async Task<CreateSessionReply> CreateWorktreeAsync(CreateSessionRequest request, CurrentUser user, CancellationToken cancellationToken)
    {
        if (request.RepositoryId is not { } id || !RepositoryId.TryParse(id, provider: null, out var repositoryId) || string.IsNullOrWhiteSpace(request.Branch))
        {
            return Refuse("A worktree session needs repositoryId and branch.");
        }

        var role = await repositories.RoleInAsync(user, repositoryId, cancellationToken);
        if (role is null || await repositories.FindAsync(repositoryId, cancellationToken) is not { } repository)
        {
            return new CreateSessionReply.Refused(SessionProblems.RepositoryNotFound());
        }

        if (role < Role.Editor)
        {
            return new CreateSessionReply.Refused(SessionProblems.RepositoryIsReadOnly());
        }

        if (repository.Status != RepositoryStatus.Ready)
        {
            return new CreateSessionReply.Refused(SessionProblems.RepositoryNotReady(repository.Problem));
        }

        var branch = request.Branch.Trim();
        var place = await worktrees.OpenAsync(repository, branch, request.BaseBranch, cancellationToken);
        var session = new Session
        {
            Id = SessionId.New(clock),
            Type = SessionType.Worktree,
            Title = request.Title is { Length: > 0 } title ? title : $"{repository.Name} {branch}",
            HostId = repository.HostId,
            LocationPath = place.Path,
            RepositoryId = id,
            Branch = branch,
            CreatedBy = user.Id,
            CreatedAt = clock.GetUtcNow(),
        };
        return await AddAsync(session, request, cancellationToken);
    }

    private async Task<CreateSessionReply> CreateQuickAsync(CreateSessionRequest request, CurrentUser user, CancellationToken cancellationToken)
    {
        if (!await policy.MayRunProgramsAsync(user, cancellationToken))
        {
            return new CreateSessionReply.Refused(SessionProblems.FoldersAreNotYours());
        }

        if (request.LocationPath is not { Length: > 0 } path || !path.StartsWith('/'))
        {
            return Refuse("A quick session needs locationPath, an absolute path of a directory on the host.");
        }

        if (await hosts.FindAsync(request.HostId, cancellationToken) is not { } host)
        {
            return Refuse($"There is no host {request.HostId}.");
        }

        // The host answers with the path as it really is, links resolved, or says what is wrong with it.
        var directory = await links.Get(host.Id).RequestAsync(
            HostMethods.ListDirectory,
            new ListDirectoryRequest(path, ShowHidden: false),
            HostJson.Default.ListDirectoryRequest,
            HostJson.Default.DirectoryListing,
            cancellationToken);
        var session = new Session
        {
            Id = SessionId.New(clock),
            Type = SessionType.Quick,
            Title = request.Title is { Length: > 0 } title ? title : Path.GetFileName(directory.Path),
            HostId = host.Id,
            LocationPath = directory.Path,
            CreatedBy = user.Id,
            CreatedAt = clock.GetUtcNow(),
        };
        return await AddAsync(session, request, cancellationToken);
    }

    private async Task<CreateSessionReply> AddAsync(Session session, CreateSessionRequest request, CancellationToken cancellationToken)
    {
        var owner = await sessions.AddAsync(session, cancellationToken);
        if (request.AgentProgramId is null)
        {
            return new CreateSessionReply.Created(owner.Current);
        }

        var agent = new CreateWorkerRequest(
            WorkerType.Agent,
            AgentProgramId: request.AgentProgramId,
            InitialPrompt: request.InitialPrompt,
            ContinueConversation: request.ContinueConversation);
        var launch = await launches.ForNewAsync(session, agent, cancellationToken);
        if (launch.Problem is { } problem)
        {
            await RemoveAsync(owner);
            return new CreateSessionReply.Refused(problem);
        }

        try
        {
            await owner.AddWorkerAsync(
                WorkerType.Agent, name: null, launch.Name, request.AgentProgramId, launch.Launch!, (DefaultCols, DefaultRows), cancellationToken); // no problem, so there is one
        }
        catch (Exception failed) when (failed is HostOfflineException or HostRefusedException)
        {
            // Who asked is told why, and asks again: half a session would only be in the way.
            await RemoveAsync(owner);
            throw;
        }

        return new CreateSessionReply.Created(owner.Current);
    }

    private async Task RemoveAsync(SessionOwner owner)
    {
        await owner.DeleteAsync(_ => Task.CompletedTask, CancellationToken.None);
        sessions.Forget(owner.Current.Id);
    }

    private static CreateSessionReply.Refused Refuse(string detail) => new(SessionProblems.Invalid(detail));
}
