using System.Text.Json.Serialization;
using Atelier.Server.Agents.Turns;
using Atelier.Server.ModelProviders.Asking;

namespace Atelier.Server.Agents.BuiltIn;

internal enum StepState
{
    /// <summary>It is being done, or was when we were killed.</summary>
    Begun,

    Done,

    /// <summary>It came to nothing: it was cancelled, or went wrong for good.</summary>
    GivenUp,
}

/// <summary>One thing of a conversation; there before what it says is done.</summary>
internal sealed record BuiltInStep
{
    public required StepId Id { get; init; }

    public required TurnId TurnId { get; init; }

    /// <summary>Place in the conversation, from 1.</summary>
    public required long Seq { get; init; }

    public StepState State { get; init; }

    /// <summary>How often the model was asked for it.</summary>
    public int Tries { get; init; }

    /// <summary>How often that went wrong by itself.</summary>
    public int Failures { get; init; }

    /// <summary>Whether events tell something of the last try.</summary>
    public bool HasSpoken { get; init; }

    public required StepContent Content { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The name of what the last try says, in events.</summary>
    public string MessageId => $"{Id}.{Tries}";
}

/// <summary>What a step is; stored, therefore a contract.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Prompt), "prompt")]
[JsonDerivedType(typeof(Answer), "answer")]
[JsonDerivedType(typeof(Call), "call")]
[JsonDerivedType(typeof(Summary), "summary")]
internal abstract record StepContent
{
    private StepContent()
    {
    }

    /// <summary>What a person asked; it stands in the turn.</summary>
    internal sealed record Prompt : StepContent;

    /// <summary>An answer of the model.</summary>
    /// <param name="Parts">What it says; empty until it is whole.</param>
    /// <param name="StopReason">Why it stopped; null until it has.</param>
    internal sealed record Answer(IReadOnlyList<AnswerPart> Parts, string? StopReason) : StepContent;

    /// <summary>A call of a tool.</summary>
    internal sealed record Call(ToolCall Tool) : StepContent;

    /// <summary>What stands for everything before it; empty until it is there.</summary>
    internal sealed record Summary(string Text) : StepContent;
}

/// <summary>How far a tool call is.</summary>
internal enum CallPhase
{
    /// <summary>It waits for calls before it.</summary>
    Waiting,

    /// <summary>A person is asked for leave.</summary>
    Asking,

    Reading,
    Writing,
    Listing,
    Searching,

    /// <summary>A terminal is being made.</summary>
    Starting,

    /// <summary>What runs in the terminal has not ended.</summary>
    Running,

    /// <summary>What it has printed is being read.</summary>
    Printing,

    /// <summary>A person is asked something.</summary>
    Questioning,

    /// <summary>Rows of ours are being read.</summary>
    Looking,

    Over,
}

/// <summary>A call of a tool.</summary>
/// <param name="Id">The model's own id of it.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">As the model wrote them.</param>
internal sealed record ToolCall(string Id, string Name, string Arguments)
{
    public CallPhase Phase { get; init; }

    /// <summary>Whether it may do what needs leave.</summary>
    public bool IsAllowed { get; init; }

    /// <summary>When what it runs is ended; null where nothing runs.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>How what it ran ended, in words; null before.</summary>
    public string? Ending { get; init; }

    /// <summary>The exit code of what it ran; null where it has none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What the model is told of it; null before it is over.</summary>
    public string? Result { get; init; }

    public bool IsError { get; init; }

    [JsonIgnore]
    public bool IsOver => Phase == CallPhase.Over;
}
