using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Sessions;

/// <summary>What became of asking for a worker.</summary>
internal abstract record AddWorkerReply
{
    private AddWorkerReply()
    {
    }

    internal sealed record Added(Session Session, Worker Worker) : AddWorkerReply;

    internal sealed record Refused(NameDecision Why) : AddWorkerReply;

    internal sealed record SessionIsGone : AddWorkerReply;
}

/// <summary>What became of changing a worker.</summary>
internal abstract record ChangeWorkerReply
{
    private ChangeWorkerReply()
    {
    }

    internal sealed record Changed(Session Session, Worker Worker) : ChangeWorkerReply;

    internal sealed record Refused(NameDecision Why) : ChangeWorkerReply;

    internal sealed record NotFound : ChangeWorkerReply;

    /// <summary>It runs; a running process is not started again.</summary>
    internal sealed record StillRunning : ChangeWorkerReply;
}

/// <summary>What a worker's process is started with, beside what the worker itself says.</summary>
/// <param name="Command">Program and arguments; null for the login shell.</param>
/// <param name="Environment">Variables of its own.</param>
/// <param name="Sandbox">What it is locked into.</param>
/// <param name="AskingPatterns">Patterns that say it is asking; null when nobody needs to know.</param>
/// <param name="InitialInput">Typed once it is ready.</param>
/// <param name="Kind">A terminal, or the pipes of a program that speaks a protocol.</param>
/// <param name="Directory">Where it runs, which must be within the session's place; null for that place.</param>
internal sealed record WorkerLaunch(
    IReadOnlyList<string>? Command,
    IReadOnlyDictionary<string, string?> Environment,
    SandboxKind Sandbox = SandboxKind.None,
    IReadOnlyList<string>? AskingPatterns = null,
    string? InitialInput = null,
    WorkerKind Kind = WorkerKind.Terminal,
    string? Directory = null)
{
    public static WorkerLaunch Of(IReadOnlyList<string>? command) => new(command, new Dictionary<string, string?>());
}
