using Atelier.Server.Agents.Requests;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Agents.Effects;

/// <summary>Something that is to be done for a program, beside everything else. Doing it twice changes nothing.</summary>
/// <param name="Lane">Effects of one lane are done one after the other.</param>
internal abstract record AgentEffect(string Lane)
{
    /// <summary>Do what a question asks for, and answer it.</summary>
    internal sealed record Perform(RequestId Request, string Lane, bool IsWait) : AgentEffect(Lane);

    /// <summary>End what runs in a terminal that nobody holds any more.</summary>
    internal sealed record EndTerminal(WorkerId Terminal) : AgentEffect(EffectPlan.LaneOf(Terminal));

    /// <summary>Run what a person logs in with, and wait for its end.</summary>
    internal sealed record LogIn(WorkerId Terminal) : AgentEffect(EffectPlan.LaneOf(Terminal));

    /// <summary>Take a terminal's tab away.</summary>
    internal sealed record RemoveTerminal(WorkerId Terminal) : AgentEffect(EffectPlan.LaneOf(Terminal));
}

/// <summary>What came of an effect.</summary>
/// <param name="Result">The answer, as JSON.</param>
/// <param name="Seen">Hash of the text that the program knows of a file from now on; null when it was about none.</param>
internal sealed record EffectReply(string Result, string? Seen = null);

/// <summary>A file as a thread's program knows it.</summary>
/// <param name="Thread">The thread.</param>
/// <param name="Path">The file, as the program calls it.</param>
/// <param name="Hash">Names its text.</param>
internal sealed record SeenFile(Threads.ThreadId Thread, string Path, string Hash)
{
    /// <summary>Longer paths are not remembered: an index holds no longer ones. What is written there is compared with nothing.</summary>
    public const int MaxPathLength = 600;
}
