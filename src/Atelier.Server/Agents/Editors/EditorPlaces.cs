using Atelier.Protocol.Acp;
using Atelier.Server.Accounts;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Repositories;

namespace Atelier.Server.Agents.Editors;

/// <summary>Where a new agent of an editor works, and which program does it, when the editor says nothing but its directory.</summary>
internal sealed class EditorPlaces(EditorSessionStore store, KnownRepositories repositories, RepositoryDirectories directories, ProgramCatalog programs)
{
    /// <summary>The repository, and the branch to start from where the directory is an agent's worktree; null for the repository's default branch.</summary>
    public async Task<(Repository Repository, string? Branch)> FindAsync(NewSessionRequest request, CurrentUser user, CancellationToken cancellationToken)
    {
        string? branch = null;
        Repository? repository;
        if (EditorMeta.Text(request.Meta, "repositoryId") is { } id)
        {
            repository = await ShownAsync(id, user, cancellationToken);
        }
        else if (!Path.IsPathFullyQualified(request.Cwd) || !JsonTexts.IsKept(request.Cwd))
        {
            throw EditorRefusals.Invalid("cwd is an absolute path.");
        }
        else if (await store.WorktreeAtAsync(request.Cwd, cancellationToken) is var (worktreeOf, its) && await ShownAsync(worktreeOf, user, cancellationToken) is { } known)
        {
            (repository, branch) = (known, its);
        }
        else
        {
            repository = await directories.OpenAsync(EditorMeta.Text(request.Meta, "hostId"), request.Cwd, user, cancellationToken);
        }

        if (repository is null)
        {
            throw EditorRefusals.NoRepository(request.Cwd);
        }

        return await repositories.RoleInAsync(user, repository.Id, cancellationToken) >= Role.Editor
            ? (repository, branch)
            : throw EditorRefusals.Of(AgentProblems.RepositoryIsReadOnly());
    }

    /// <summary>The repository of a directory, among those that are known; null when it lies in none of them.</summary>
    public async Task<Repository?> KnownAsync(string directory, CurrentUser user, CancellationToken cancellationToken) =>
        await store.WorktreeAtAsync(directory, cancellationToken) is var (worktreeOf, _) && await ShownAsync(worktreeOf, user, cancellationToken) is { } known
            ? known
            : await directories.KnownAsync(hostId: null, directory, user, cancellationToken);

    public async Task<string?> PathOfAsync(string repository, CancellationToken cancellationToken) =>
        (await repositories.FindAsync(new RepositoryId(repository), cancellationToken))?.Path;

    /// <summary>The program that is named; else the one that the person gave a task last, one that is installed, or the demo.</summary>
    public async Task<AgentProgramId> ProgramAsync(string? named, CurrentUser user, CancellationToken cancellationToken)
    {
        if (named is not null)
        {
            var program = await programs.FindAsync(new AgentProgramId(named), cancellationToken) ?? throw EditorRefusals.Of(AgentProblems.ProgramNotFound(named));
            return program.AcpCommand is null ? throw EditorRefusals.Of(AgentProblems.ProgramIsForTerminals(program.Name)) : program.Id;
        }

        var all = (await programs.AllAsync(cancellationToken)).Where(program => program.AcpCommand is not null).ToList();
        if (await store.LastProgramAsync(user.Id, cancellationToken) is { } last && all.Exists(program => program.Id.Value == last))
        {
            return new AgentProgramId(last);
        }

        var found = await programs.InstalledAsync(all, cancellationToken);
        return (all.Find(program => program.AcpCommand != AgentProgram.DemoCommand && (found.OwnOf(program) is not null || found.PathOf(program.AcpExecutable) is not null))
            ?? all.First(program => program.AcpCommand == AgentProgram.DemoCommand)).Id;
    }

    private async Task<Repository?> ShownAsync(string id, CurrentUser user, CancellationToken cancellationToken) =>
        RepositoryId.TryParse(id, provider: null, out var known) && await repositories.RoleInAsync(user, known, cancellationToken) is not null
            ? await repositories.FindAsync(known, cancellationToken)
            : null;
}
