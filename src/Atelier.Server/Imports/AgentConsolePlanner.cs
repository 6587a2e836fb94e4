using System.Text.Json;
using Atelier.Server.Accounts.Users;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.Identity;
using Atelier.Server.Repositories;
using Atelier.Server.Sessions;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Imports;

/// <summary>Decides what an agent-console folder becomes here; pure.</summary>
/// <remarks>
/// Ids are kept. What an earlier import took over is left alone, also when it was changed or removed here since. A repository that is here already, by its
/// place, is used instead of a second one. Workers come as lost: whoever wants one starts it again. Whatever has no place in our rows stays in the record
/// of the original.
/// </remarks>
internal sealed class AgentConsolePlanner(ImportKnowledge known, PlaceFacts places, HostId host, UserId importer, DateTimeOffset now)
{
    private const int Cols = 120;
    private const int Rows = 30;
    private const string ClaudeCodeThere = "claude-code-builtin";
    private const string ClaudeCode = "claude-code";

    private readonly Dictionary<string, Repository> _repositories = new(StringComparer.Ordinal);
    private readonly List<Repository> _added = [];
    private readonly List<Repository> _found = [];
    private readonly List<AgentProgram> _programs = [];
    private readonly List<Session> _sessions = [];
    private readonly List<ImportedRecord> _records = [];
    private readonly HashSet<string> _workers = new(known.Workers, StringComparer.Ordinal);

    public ImportPlan Plan(AgentConsoleRequest request)
    {
        foreach (var repository in request.Repositories)
        {
            Take(repository);
        }

        foreach (var agent in request.Agents)
        {
            Take(agent);
        }

        foreach (var session in request.Sessions)
        {
            Take(session);
        }

        var workers = request.Sessions.Sum(session => session.Workers.Count);
        var addedWorkers = _sessions.Sum(session => session.Workers.Count);
        var addedRepositories = request.Repositories.Count(repository => _added.Exists(one => one.Id.Value == repository.Id));
        return new ImportPlan(
            _added,
            _found,
            _programs,
            _sessions,
            _records,
            new ImportCounts(
                new ImportCount(addedRepositories, request.Repositories.Count - addedRepositories),
                new ImportCount(_programs.Count, request.Agents.Count - _programs.Count),
                new ImportCount(_sessions.Count, request.Sessions.Count - _sessions.Count),
                new ImportCount(addedWorkers, workers - addedWorkers)));
    }

    /// <summary>Why a request cannot be taken at all; null when it can.</summary>
    public static string? Wrong(AgentConsoleRequest request)
    {
        var ids = request.Repositories.Select(repository => repository.Id)
            .Concat(request.Agents.Select(agent => agent.Id))
            .Concat(request.Sessions.SelectMany(session => session.Workers.Select(worker => worker.Id).Prepend(session.Id)));
        return ids.FirstOrDefault(id => !Ids.IsValid(id)) is { } bad ? $"\"{bad}\" cannot be an id: ids have 1 to {Ids.MaxLength} printable characters."
            : Twice(request.Repositories.Select(repository => repository.Id)) is { } repositoryId ? $"Two repositories have the id {repositoryId}."
            : Twice(request.Agents.Select(agent => agent.Id)) is { } agentId ? $"Two agents have the id {agentId}."
            : Twice(request.Sessions.Select(session => session.Id)) is { } sessionId ? $"Two sessions have the id {sessionId}."
            : request.Sessions.FirstOrDefault(session => session.Type is not ("worktree" or "quick")) is { } odd ? $"Session {odd.Id} is neither worktree nor quick."
            : request.Sessions.FirstOrDefault(session => session.Type == "worktree" && session.RepositoryId is null or "") is { } homeless
                ? $"Session {homeless.Id} is of a worktree, but names no repository."
            : request.Sessions.SelectMany(session => session.Workers).FirstOrDefault(worker => worker.Type is not ("agent" or "terminal")) is { } worker
                ? $"Worker {worker.Id} is neither agent nor terminal."
            : Texts(request).Any(text => text?.Contains('\0', StringComparison.Ordinal) == true) ? "A path or a command holds a zero byte."
            : null;
    }

    private static IEnumerable<string?> Texts(AgentConsoleRequest request) =>
        request.Repositories.Select(repository => repository.Path)
            .Concat(request.Agents.SelectMany(agent => agent.ContinueArguments.Concat(agent.AskingPatterns).Prepend(agent.Command)))
            .Concat<string?>(request.Sessions.SelectMany(session => session.Workers.Select(worker => worker.AgentId)
                .Concat([session.LocationPath, session.RepositoryId, session.WorktreeId])));

    private static string? Twice(IEnumerable<string> ids) =>
        ids.GroupBy(id => id, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1)?.Key;

    private void Take(AgentConsoleRepository there)
    {
        var place = places.Repositories.GetValueOrDefault(there.Path) ?? new RepositoryPlace(there.Path, DefaultBranch: null, Url: null, Problem: null);
        if (Find(there.Id) is { } same)
        {
            // Imported before, perhaps by a session alone, which did not say where it is.
            var isFound = same is { Path: null, Provider: "directory" } && AtPlace(place) is null;
            _repositories[there.Id] = isFound ? At(same, there, place) : same;
            if (isFound)
            {
                _found.Add(_repositories[there.Id]);
            }

            return;
        }

        if (AtPlace(place) is { } here)
        {
            _repositories[there.Id] = here;
            Remember(ImportedKind.Repository, there.Id, here.Id.Value, there.Original, [$"Repository {there.Name} is here already, as {here.Id}."]);
            return;
        }

        var added = At(
            new Repository
            {
                Id = new RepositoryId(there.Id),
                Owner = "local",
                Name = there.Name,
                Provider = "directory",
                HostId = host,
                Status = RepositoryStatus.Ready,
                CreatedAt = there.RegisteredAt ?? now,
            },
            there,
            place);
        Add(added, there.Original, place.Problem is null ? [] : [$"Repository {there.Name}: {place.Problem}"]);
    }

    private Repository? AtPlace(RepositoryPlace place) => known.Repositories.Concat(_added).FirstOrDefault(one => one.Path == place.Path);

    private static Repository At(Repository repository, AgentConsoleRepository there, RepositoryPlace place) => repository with
    {
        Name = Clean(there.Name, Session.MaxNameLength) ?? repository.Name,
        Path = place.Path,
        Url = place.Url,
        DefaultBranch = place.DefaultBranch,
        Status = place.Problem is null ? RepositoryStatus.Ready : RepositoryStatus.Failed,
        Problem = place.Problem,
    };

    private void Add(Repository repository, JsonElement original, IReadOnlyList<string> notes)
    {
        _added.Add(repository);
        _repositories[repository.Id.Value] = repository;
        Remember(ImportedKind.Repository, repository.Id.Value, repository.Id.Value, original, notes);
    }

    private Repository? Find(string id)
    {
        var here = known.Records.GetValueOrDefault((ImportedKind.Repository, id)) ?? id;
        return _repositories.GetValueOrDefault(id) ?? known.Repositories.FirstOrDefault(repository => repository.Id.Value == here);
    }

    private void Take(AgentConsoleAgent there)
    {
        if (IsKnown(ImportedKind.AgentProgram, there.Id) || known.Programs.Contains(there.Id))
        {
            return;
        }

        if (there.Id == ClaudeCodeThere)
        {
            Remember(ImportedKind.AgentProgram, there.Id, ClaudeCode, there.Original, []);
            return;
        }

        var (program, notes) = ImportedProgram.Of(there);
        _programs.Add(program);
        Remember(ImportedKind.AgentProgram, there.Id, there.Id, there.Original, notes);
    }

    private void Take(AgentConsoleSession there)
    {
        if (IsKnown(ImportedKind.Session, there.Id) || known.Sessions.Contains(there.Id))
        {
            return;
        }

        var notes = new List<string>();
        var isWorktree = there.Type == "worktree";
        var repository = isWorktree ? RepositoryOf(there, notes) : null;
        var branch = isWorktree ? BranchOf(there, notes) : null;
        var folder = Path.GetFileName(there.LocationPath.TrimEnd('/')) is { Length: > 0 } name ? name : there.LocationPath;
        var session = new Session
        {
            Id = new SessionId(there.Id),
            Type = isWorktree ? SessionType.Worktree : SessionType.Quick,
            Title = Clean(there.Title, Session.MaxTitleLength) ?? (repository is null ? folder : $"{repository.Name} {branch}"),
            HostId = host,
            LocationPath = there.LocationPath,
            RepositoryId = repository?.Id.Value,
            Branch = branch,
            CreatedBy = importer,
            CreatedAt = there.CreatedAt,
        };
        foreach (var worker in there.Workers)
        {
            session = With(session, worker, notes);
        }

        if (there.Original.ValueKind == JsonValueKind.Object && there.Original.TryGetProperty("workers", out var all)
            && all.ValueKind == JsonValueKind.Array && all.GetArrayLength() > there.Workers.Count)
        {
            notes.Add($"Session {there.Id}: {all.GetArrayLength() - there.Workers.Count} workers of kinds that are not here are kept in its record only.");
        }

        _sessions.Add(session);
        Remember(ImportedKind.Session, there.Id, there.Id, there.Original, notes);
    }

    private Repository RepositoryOf(AgentConsoleSession there, List<string> notes)
    {
        var id = there.RepositoryId!; // a worktree session without one is refused before
        if (Find(id) is { } repository)
        {
            return repository;
        }

        var placeless = new Repository
        {
            Id = new RepositoryId(id),
            Owner = "local",
            Name = id,
            Provider = "directory",
            HostId = host,
            Status = RepositoryStatus.Failed,
            Problem = "It was imported from agent-console, whose list of repositories does not say where it is.",
            CreatedAt = there.CreatedAt,
        };
        Add(placeless, JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["id"] = id }), []);
        notes.Add($"Session {there.Id}: its repository {id} is not in repositories.json; it works, but its branches cannot be listed.");
        return placeless;
    }

    private string BranchOf(AgentConsoleSession there, List<string> notes)
    {
        if (there.WorktreeId is { Length: > 0 } branch && !branch.StartsWith('/'))
        {
            return branch;
        }

        if (places.Branches.TryGetValue(there.LocationPath, out var checkedOut))
        {
            return checkedOut;
        }

        var folder = Path.GetFileName(there.LocationPath.TrimEnd('/'));
        notes.Add($"Session {there.Id}: its record names no branch; it is shown as {folder}, after its folder.");
        return folder.Length > 0 ? folder : "HEAD";
    }

    private Session With(Session session, AgentConsoleWorker there, List<string> notes)
    {
        if (!_workers.Add(there.Id))
        {
            notes.Add($"Session {session.Id}: a worker has the id {there.Id} already; this one is kept in the session's record only.");
            return session;
        }

        var wanted = Clean(there.Name, Session.MaxNameLength) ?? "Worker";
        var worker = new Worker
        {
            Id = new WorkerId(there.Id),
            Type = there.Type == "agent" ? WorkerType.Agent : WorkerType.Terminal,
            Name = FreeName(session, wanted),
            AgentProgramId = there.Type == "agent" ? ProgramOf(there.AgentId) : null,
            Status = WorkerStatus.Lost,
            Cols = Cols,
            Rows = Rows,
            CreatedAt = there.CreatedAt,
        };
        if (worker.Name != there.Name)
        {
            notes.Add($"Session {session.Id}: worker {there.Id} is called {worker.Name} here.");
        }

        return session with { Workers = session.Workers.Add(worker) };
    }

    private static string FreeName(Session session, string wanted) =>
        Enumerable.Range(2, session.Workers.Count + 1).Select(number => $"{wanted} {number}").Prepend(wanted)
            .First(name => !session.Workers.Exists(worker => worker.Name == name));

    private string ProgramOf(string? agent) => agent is null or ClaudeCodeThere
        ? ClaudeCode
        : known.Records.GetValueOrDefault((ImportedKind.AgentProgram, agent)) ?? agent;

    private bool IsKnown(ImportedKind kind, string id) => known.Records.ContainsKey((kind, id));

    private void Remember(ImportedKind kind, string id, string subject, JsonElement original, IReadOnlyList<string> notes) =>
        _records.Add(new ImportedRecord(kind, id, subject, original, notes));

    /// <summary>One line of bounded length; null when nothing is left.</summary>
    private static string? Clean(string? text, int length)
    {
        var line = string.Concat((text ?? "").Where(character => !char.IsControl(character))).Trim();
        return line.Length == 0 ? null : line.Length > length ? line[..length] : line;
    }
}
