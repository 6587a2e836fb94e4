using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Repositories.Worktrees;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Repositories;

internal static class RepositoryEndpoints
{
    private const int MaxTextLength = 20_000;

    public static void MapRepositories(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/repositories", List).AllowAnyUser();
        routes.MapPost("/api/repositories", Add).Requires(Access.RunsPrograms);
        var repository = routes.MapGroup("/api/repositories/{id}");
        repository.MapGet("", Get).Requires(Access.Repository(Role.Viewer));
        repository.MapPatch("", Change).Requires(Access.Repository(Role.Owner));
        repository.MapDelete("", Remove).Requires(Access.Repository(Role.Owner));
        repository.MapGet("/branches", Branches).Requires(Access.Repository(Role.Viewer));
        repository.MapGet("/members", Members).Requires(Access.Repository(Role.Viewer));
        repository.MapPut("/members", SetMembers).Requires(Access.Repository(Role.Owner));
        routes.MapGet("/api/github/{owner}/{name}/branches", BranchesByName).AllowAnyUser();
        repository.MapWorktrees();
    }

    private static async Task<Ok<RepositoriesReply>> List(
        CurrentUser user, KnownRepositories repositories, CancellationToken cancellationToken) =>
        TypedResults.Ok(new RepositoriesReply(await repositories.ShowAllAsync(user, cancellationToken)));

    private static async Task<Results<Created<RepositoryReply>, Ok<RepositoryReply>, ProblemHttpResult>> Add(
        AddRepositoryRequest request,
        CurrentUser user,
        RepositoryStore repositories,
        RepositoryAccess access,
        HostMachines hosts,
        RepositoryDirectories directories,
        Cloning cloning,
        AuditLog audit,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (await hosts.FindAsync(request.HostId, cancellationToken) is not { } host)
        {
            return RepositoryProblems.Invalid($"There is no host {request.HostId}.");
        }

        var repository = new Repository
        {
            Id = RepositoryId.New(clock),
            Owner = "local",
            Name = "",
            Provider = "directory",
            HostId = host.Id,
            Status = RepositoryStatus.Ready,
            CreatedAt = clock.GetUtcNow(),
        };
        switch (request)
        {
            case { Path: { Length: > 0 } path, Url: null }:
                var (found, isKnown) = await directories.AtAsync(host, path, cancellationToken);
                if (isKnown)
                {
                    return await repositories.RoleOfAsync(found.Id, user.Id, cancellationToken) is { } role
                        ? TypedResults.Ok(new RepositoryReply(RepositoryView.Of(found, role)))
                        : RepositoryProblems.Invalid("That repository is here already; ask its owner to let you in.");
                }

                repository = found with { Name = request.Name ?? found.Name };
                break;
            case { Url: { Length: > 0 } address, Path: null, Provider: null or "git" }:
                var decision = CloneAddress.Decide(address);
                if (decision is not CloneAddressDecision.Accepted { Url: var url })
                {
                    return RepositoryProblems.Refused(decision);
                }

                if (await TryAgainAsync(host, url, user, repositories, access, cloning, audit, cancellationToken) is { } tried)
                {
                    return TypedResults.Ok(tried);
                }

                var (owner, name) = Repository.NameOf(url);
                repository = repository with
                {
                    Provider = "git",
                    Owner = request.Owner ?? owner,
                    Name = request.Name ?? name,
                    Url = url,
                    Status = RepositoryStatus.Cloning,
                };
                break;
            default:
                return RepositoryProblems.Invalid("Give either path, a directory on the host, or provider \"git\" with url.");
        }

        await repositories.SaveAsync(repository, user.Id, cancellationToken);
        await audit.WriteAsync(
            new AuditEntry(user.Actor, "repository-added", "repository", repository.Id.Value, new { repository.Owner, repository.Name }), cancellationToken);
        if (repository.Status == RepositoryStatus.Cloning)
        {
            cloning.Start(repository);
        }

        return TypedResults.Created($"/api/repositories/{repository.Id}", new RepositoryReply(RepositoryView.Of(repository, Role.Owner)));
    }

    /// <summary>Clones once more what this person may change and could not be cloned; null when there is no such.</summary>
    private static async Task<RepositoryReply?> TryAgainAsync(
        HostMachine host,
        string url,
        CurrentUser user,
        RepositoryStore repositories,
        RepositoryAccess access,
        Cloning cloning,
        AuditLog audit,
        CancellationToken cancellationToken)
    {
        foreach (var failed in await repositories.FailedAsync(host.Id, url, cancellationToken))
        {
            if (await access.RoleOfAsync(user, failed.Id.Value, cancellationToken) is { } role and >= Role.Editor
                && await cloning.TryAgainAsync(failed, cancellationToken) is { } repository)
            {
                await audit.WriteAsync(new AuditEntry(user.Actor, "repository-tried-again", "repository", failed.Id.Value), cancellationToken);
                return new RepositoryReply(RepositoryView.Of(repository, role));
            }
        }

        return null;
    }

    private static async Task<Results<Ok<RepositoryReply>, ProblemHttpResult>> Get(
        RepositoryId id, CurrentUser user, RepositoryStore repositories, RepositoryAccess access, CancellationToken cancellationToken) =>
        await repositories.FindAsync(id, cancellationToken) is { } repository
            ? TypedResults.Ok(new RepositoryReply(RepositoryView.Of(repository, await access.RoleOfAsync(user, id.Value, cancellationToken))))
            : RepositoryProblems.NotFound();

    private static async Task<Results<Ok<RepositoryReply>, ProblemHttpResult>> Change(
        RepositoryId id,
        ChangeRepositoryRequest request,
        CurrentUser user,
        RepositoryStore repositories,
        AuditLog audit,
        CancellationToken cancellationToken)
    {
        if (await repositories.FindAsync(id, cancellationToken) is not { } repository)
        {
            return RepositoryProblems.NotFound();
        }

        if (request.TemplateFiles?.Any(file => file.Value.Length > MaxTextLength || Path.IsPathRooted(file.Key) || file.Key.Split('/').Contains("..")) == true)
        {
            return RepositoryProblems.Invalid($"templateFiles are by path within the worktree, each with at most {MaxTextLength} characters.");
        }

        var changed = repository with
        {
            DefaultBranch = request.DefaultBranch ?? repository.DefaultBranch,
            SetupCommand = request.SetupCommand is { } setup ? (setup.Trim().Length == 0 ? null : setup) : repository.SetupCommand,
            TemplateFiles = request.TemplateFiles ?? repository.TemplateFiles,
            CopyFiles = request.CopyFiles ?? repository.CopyFiles,
        };
        await repositories.SaveAsync(changed, creator: null, cancellationToken);
        await audit.WriteAsync(
            new AuditEntry(
                user.Actor,
                "repository-changed",
                "repository",
                id.Value,
                new { request.DefaultBranch, request.SetupCommand, TemplateFiles = request.TemplateFiles?.Keys, request.CopyFiles }), // what a template says may be a secret
            cancellationToken);
        return TypedResults.Ok(new RepositoryReply(RepositoryView.Of(changed, Role.Owner)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        RepositoryId id, CurrentUser user, RepositoryStore repositories, AuditLog audit, CancellationToken cancellationToken)
    {
        if (!await repositories.DeleteAsync(id, cancellationToken))
        {
            return RepositoryProblems.InUse();
        }

        await audit.WriteAsync(new AuditEntry(user.Actor, "repository-removed", "repository", id.Value), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<BranchesReply>, ProblemHttpResult>> Branches(
        RepositoryId id, RepositoryStore repositories, HostLinks links, CancellationToken cancellationToken)
    {
        if (await repositories.FindAsync(id, cancellationToken) is not { } repository)
        {
            return RepositoryProblems.NotFound();
        }

        if (repository.Status != RepositoryStatus.Ready)
        {
            return RepositoryProblems.NotReady(repository);
        }

        var found = await links.Get(repository.HostId).RequestAsync(
            HostMethods.ListBranches,
            new RepositoryRequest(repository.Path!), // a ready repository has one
            HostJson.Default.RepositoryRequest,
            HostJson.Default.BranchList,
            cancellationToken);
        return TypedResults.Ok(new BranchesReply(
            [.. found.Branches.Select(branch => new BranchView(
                branch.Name, branch.IsRemoteOnly, branch.Commit, branch.CommittedAt, branch.Subject, branch.WorktreePath))],
            repository.DefaultBranch ?? found.DefaultBranch));
    }

    private static async Task<Results<Ok<BranchesReply>, ProblemHttpResult>> BranchesByName(
        string owner,
        string name,
        CurrentUser user,
        RepositoryStore repositories,
        RepositoryAccess access,
        HostLinks links,
        CancellationToken cancellationToken)
    {
        foreach (var repository in await repositories.AllAsync(cancellationToken))
        {
            if (repository.Owner == owner && repository.Name == name && await access.RoleOfAsync(user, repository.Id.Value, cancellationToken) is not null)
            {
                return await Branches(repository.Id, repositories, links, cancellationToken);
            }
        }

        return RepositoryProblems.NotFound();
    }

    private static async Task<Ok<MembersReply>> Members(RepositoryId id, RepositoryStore repositories, CancellationToken cancellationToken) =>
        TypedResults.Ok(new MembersReply([.. (await repositories.MembersAsync(id, cancellationToken))
            .Select(member => new MemberView(member.UserId.Value, member.DisplayName, member.Role))]));

    private static async Task<Results<Ok<MembersReply>, ProblemHttpResult>> SetMembers(
        RepositoryId id, MembersBody body, CurrentUser user, RepositoryStore repositories, AccessChanges access, AuditLog audit, CancellationToken cancellationToken)
    {
        if (!body.Members.Any(member => member.Role == Role.Owner) || body.Members.DistinctBy(member => member.UserId).Count() != body.Members.Count)
        {
            return RepositoryProblems.Invalid("Name each person once, and at least one owner.");
        }

        var members = body.Members.ToDictionary(member => new UserId(member.UserId), member => member.Role);
        if (!await repositories.SetMembersAsync(id, members, cancellationToken))
        {
            return RepositoryProblems.Invalid("One of these people has no account here.");
        }

        await access.TellAsync();
        await audit.WriteAsync(
            new AuditEntry(user.Actor, "members-changed", "repository", id.Value, body.Members.ToDictionary(member => member.UserId, member => $"{member.Role}")),
            cancellationToken);
        return await Members(id, repositories, cancellationToken);
    }
}
