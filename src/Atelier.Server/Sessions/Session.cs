using System.Collections.Immutable;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Sessions;

internal enum SessionType
{
    Worktree,
    Quick,
}

/// <summary>A place with workers: a worktree of a repository's branch, or any directory.</summary>
/// <remarks>
/// The row is the truth about which workers there should be, and the last word of the host about each. What runs is the host's to say; terminal bytes are the
/// keeper's. Nothing here starts a process by itself.
/// </remarks>
internal sealed record Session
{
    /// <summary>Workers of one session at most; each is at least one process.</summary>
    public const int MaxWorkers = 64;

    public const int MaxNameLength = 80;

    public const int MaxTitleLength = 200;

    public required SessionId Id { get; init; }

    public required SessionType Type { get; init; }

    public string? Title { get; init; }

    public required HostId HostId { get; init; }

    public required string LocationPath { get; init; }

    /// <summary>Repository of a worktree session; null for a quick one.</summary>
    public string? RepositoryId { get; init; }

    /// <summary>Branch of a worktree session; null for a quick one.</summary>
    public string? Branch { get; init; }

    public required UserId CreatedBy { get; init; }

    /// <summary>What others may do with a quick session; null when it is its creator's alone.</summary>
    public Role? SharedRole { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public ImmutableList<Worker> Workers { get; init; } = [];

    public Worker? Find(WorkerId worker) => Workers.Find(one => one.Id == worker);

    /// <summary>Says whether a worker of that name can be added; without a name it finds a free one.</summary>
    public NameDecision NameFor(string? wanted, string otherwise)
    {
        if (Workers.Count >= MaxWorkers)
        {
            return new NameDecision.TooManyWorkers();
        }

        return wanted is null ? new NameDecision.Accepted(FreeName(otherwise)) : Check(wanted, except: null);
    }

    /// <summary>Says whether a worker can be called so.</summary>
    public NameDecision Rename(WorkerId worker, string wanted) => Check(wanted, worker);

    public Session With(Worker worker) =>
        this with { Workers = Workers.SetItem(Workers.FindIndex(one => one.Id == worker.Id), worker) };

    private NameDecision Check(string wanted, WorkerId? except)
    {
        var name = wanted.Trim();
        return name.Length is 0 or > MaxNameLength || name.Any(char.IsControl) ? new NameDecision.NotAName()
            : Workers.Exists(worker => worker.Name == name && worker.Id != except) ? new NameDecision.Taken(name)
            : new NameDecision.Accepted(name);
    }

    private string FreeName(string otherwise)
    {
        var numbered = Enumerable.Range(2, MaxWorkers + 1).Select(number => $"{otherwise} {number}");
        var candidates = otherwise == "Terminal" ? Enumerable.Range(1, MaxWorkers + 1).Select(number => $"{otherwise} {number}") : numbered.Prepend(otherwise);
        return candidates.First(name => !Workers.Exists(worker => worker.Name == name));
    }
}

/// <summary>Whether a worker can have a name.</summary>
internal abstract record NameDecision
{
    private NameDecision()
    {
    }

    internal sealed record Accepted(string Name) : NameDecision;

    internal sealed record Taken(string Name) : NameDecision;

    internal sealed record NotAName : NameDecision;

    internal sealed record TooManyWorkers : NameDecision;
}
