using System.Collections.Immutable;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.ModelProviders;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>What the built-in agent does without asking.</summary>
internal enum BuiltInMode
{
    /// <summary>It asks before it changes a file or runs a command.</summary>
    Ask,

    /// <summary>It asks before it runs a command.</summary>
    AcceptEdits,

    /// <summary>It asks nothing.</summary>
    Full,
}

/// <summary>A work session that is served here and by no program: how it works, and where its loop stands.</summary>
/// <remarks>
/// The rows have the whole conversation, step by step. In memory is the last thing that was asked, answered or summed up, and the tool calls of it: what says what is
/// next (<see cref="BuiltInRules"/>).
/// </remarks>
internal sealed record BuiltInThread
{
    public const int MaxSeenFiles = 2_000;

    /// <summary>Longer paths are not remembered: what is written there is compared with nothing.</summary>
    private const int MaxPathLength = 600;

    public required WorkSessionId WorkSessionId { get; init; }

    public BuiltInMode Mode { get; init; }

    /// <summary>Which model it asks; null for whichever is the default then.</summary>
    public ModelProviderId? ProviderId { get; init; }

    /// <summary>Its queue waits for a person: what came before it went wrong.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Number of its last step; 0 before the first.</summary>
    public long LastSeq { get; init; }

    /// <summary>Answers that the turn in flight, or the last one, has had.</summary>
    public int TurnAnswers { get; init; }

    /// <summary>Tokens that it has used, as its models count.</summary>
    public long TurnTokens { get; init; }

    /// <summary>The last prompt, answer or summary, and all after it.</summary>
    public ImmutableList<BuiltInStep> Steps { get; init; } = [];

    /// <summary>Hashes of the texts that it knows of files, by path.</summary>
    public ImmutableSortedDictionary<string, string> Seen { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What its tool calls belong to; null before the first prompt.</summary>
    public BuiltInStep? Head => HeadAt is >= 0 and var at ? Steps[at] : null;

    /// <summary>The calls of the head.</summary>
    public IEnumerable<BuiltInStep> Calls => Steps.Skip(HeadAt + 1);

    private int HeadAt => Steps.FindLastIndex(step => step.Content is not StepContent.Call);

    public BuiltInStep? Find(StepId id) => Steps.Find(step => step.Id == id);

    /// <summary>With a step as it is now, or with another one.</summary>
    public BuiltInThread With(BuiltInStep step) => this with { Steps = Steps.Replaced(step, one => one.Id == step.Id), LastSeq = Math.Max(LastSeq, step.Seq) };

    /// <summary>Without what the rows have and nobody needs to know what is next.</summary>
    public BuiltInThread Trimmed() => HeadAt > 0 ? this with { Steps = Steps.RemoveRange(0, HeadAt) } : this;

    /// <summary>With a file as it is known from now on.</summary>
    public BuiltInThread Knowing(string path, string hash) =>
        path.Length > MaxPathLength || (Seen.Count >= MaxSeenFiles && !Seen.ContainsKey(path)) ? this : this with { Seen = Seen.SetItem(path, hash) };
}
