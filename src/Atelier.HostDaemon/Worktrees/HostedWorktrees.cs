using System.Collections.Concurrent;
using System.Globalization;
using Atelier.Git;
using Atelier.Git.Repositories;
using Atelier.Git.Worktrees;
using Atelier.HostDaemon.Operations;
using Atelier.HostDaemon.Workers;
using Atelier.HostDaemon.Workers.Processes;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.Worktrees;

/// <summary>The worktrees that this machine keeps under its data folder: made with their files and setup, looked at, removed.</summary>
/// <remarks>
/// Git and the disk hold the truth; this class holds only locks: one a repository, because git's own make the second of two fail, and one a worktree, because
/// a setup command runs once.
/// </remarks>
internal sealed class HostedWorktrees(DataFolder data, GitProgram git, WorkerEnvironment environment, TimeProvider time)
{
    private const string SetupMarker = "ATELIER_SETUP_OF"; // finds the processes of a setup command again
    private static readonly TimeSpan s_setupGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_diskUseLimit = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _repositories = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _worktrees = new(StringComparer.Ordinal);

    /// <summary>Makes a worktree, or finishes one that was begun.</summary>
    public async Task<WorktreeFacts> AddAsync(
        AddWorktreeRequest request, OperationProgress progress, CancellationToken cancellationToken)
    {
        var turn = _repositories.GetOrAdd(request.RepositoryPath, _ => new SemaphoreSlim(1, 1));
        var repository = new Repository(git, request.RepositoryPath);
        var view = await repository.InspectAsync(cancellationToken);
        var path = PlaceFor(request.RepositoryId, request.Branch);
        AddedWorktree added;
        await turn.WaitAsync(cancellationToken);
        try
        {
            progress.Say($"Checking out {request.Branch}");
            added = await new RepositoryWorktrees(repository)
                .AddAsync(request.Branch, request.BaseBranch, path, cancellationToken);
        }
        finally
        {
            turn.Release();
        }

        var record = await SetUpOnceAsync(request, view, path, added.BaseCommit, progress, cancellationToken);
        return new WorktreeFacts(path, added.Branch, added.Commit, IsMain: false, record.BaseCommit, record.SetupOutput);
    }

    public async Task<WorktreeList> ListAsync(RepositoryRequest request, CancellationToken cancellationToken) =>
        new(
        [
            .. (await new RepositoryWorktrees(new Repository(git, request.Path)).ListAsync(cancellationToken))
                .Where(worktree => !worktree.IsBare && !worktree.IsMissing)
                .Select(worktree => new WorktreeFacts(
                    worktree.Path, worktree.Branch, worktree.Commit ?? "", worktree.IsMain, BaseCommit: null, SetupOutput: null)),
        ]);

    public async Task<WorktreeStatus> LookAtAsync(WorktreeRequest request, CancellationToken cancellationToken)
    {
        var state = await new RepositoryWorktrees(new Repository(git, request.RepositoryPath))
            .LookAtAsync(request.Path, cancellationToken);
        var disk = state.Exists ? await DiskUse.CountAsync(request.Path, s_diskUseLimit, cancellationToken) : null;
        return Status(state, disk);
    }

    public async Task<RemoveWorktreeReply> RemoveAsync(RemoveWorktreeRequest request, CancellationToken cancellationToken)
    {
        var left = await new RepositoryWorktrees(new Repository(git, request.RepositoryPath))
            .RemoveAsync(request.Path, request.DiscardWork, cancellationToken);
        return new RemoveWorktreeReply(left is null, left is null ? null : Status(left, disk: null));
    }

    private static WorktreeStatus Status(WorktreeState state, long? disk) => new(
        state.Exists, state.Branch, state.UncommittedFiles, state.UnpushedCommits, disk, state.IsSafeToRemove);

    private static string NameOf(RepositoryView view)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(view.RemoteUrl ?? view.Path).Replace(':', '/'));
        return name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name;
    }

    private string PlaceFor(string repositoryId, string branch)
    {
        DataFolderNames.ThrowIfUnfit(repositoryId);
        var folder = Path.Combine(data.Worktrees, repositoryId);
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, WorktreeFolder.NameFor(branch));
    }

    private async Task<WorktreeRecord> SetUpOnceAsync(
        AddWorktreeRequest request,
        RepositoryView repository,
        string path,
        string? baseCommit,
        OperationProgress progress,
        CancellationToken cancellationToken)
    {
        var turn = _worktrees.GetOrAdd(path, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            var gitFolder = (await git.RunAsync(path, ["rev-parse", "--absolute-git-dir"], cancellationToken)).Text.Trim();
            var record = await WorktreeRecord.ReadAsync(gitFolder, cancellationToken)
                ?? new WorktreeRecord(baseCommit, IsSetUp: false, SetupOutput: null);
            if (record.IsSetUp)
            {
                return record;
            }

            await record.WriteAsync(gitFolder, cancellationToken);
            record = record with { IsSetUp = true, SetupOutput = await SetUpAsync(request, repository, path, progress, cancellationToken) };
            await record.WriteAsync(gitFolder, cancellationToken);
            return record;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<string?> SetUpAsync(
        AddWorktreeRequest request,
        RepositoryView repository,
        string path,
        OperationProgress progress,
        CancellationToken cancellationToken)
    {
        var files = new WorktreeFiles(path);
        var values = new Placeholders(request.Number, request.Branch, NameOf(repository), path, request.PortRange);
        foreach (var (file, template) in request.TemplateFiles)
        {
            await files.WriteTemplateAsync(file, template, values, cancellationToken);
        }

        foreach (var glob in repository.IsBare ? [] : request.CopyFiles)
        {
            await files.CopyFromAsync(git, repository.Path, glob, cancellationToken);
        }

        if (request.SetupCommand is not { Length: > 0 } command)
        {
            return null;
        }

        // A daemon that was killed has left its setup command running; nobody hears any more how it ends, and two at once would meet.
        var marker = $"{SetupMarker}={path}";
        await new WorkerProcesses(marker, time).EndAsync(keeper: null, s_setupGrace, cancellationToken);
        progress.Say("Running the setup command");
        var variables = new Dictionary<string, string>(environment.Plain, StringComparer.Ordinal)
        {
            ["ATELIER_PORT"] = request.PortRange.ToString(CultureInfo.InvariantCulture),
            ["WORKTREE_NUM"] = request.Number.ToString(CultureInfo.InvariantCulture),
            ["PWD"] = path,
            [SetupMarker] = path,
        };
        return await SetupCommand.RunAsync(command, path, variables, progress.Say, cancellationToken);
    }
}
