using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Atelier.Server.ModelProviders.Asking;

/// <summary>What a model is asked, whatever it speaks.</summary>
/// <param name="System">What it is told of itself and its place.</param>
/// <param name="Messages">The conversation, in order.</param>
/// <param name="Tools">What it may call; none for chat.</param>
internal sealed record ModelPrompt(string System, IReadOnlyList<ModelMessage> Messages, IReadOnlyList<ModelTool> Tools);

/// <summary>A tool that is offered.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does, for the model.</param>
/// <param name="Schema">JSON schema of its arguments.</param>
internal sealed record ModelTool(string Name, string Description, JsonObject Schema);

internal abstract record ModelMessage
{
    private ModelMessage()
    {
    }

    /// <summary>What a person says.</summary>
    internal sealed record Person(IReadOnlyList<ModelContent> Content) : ModelMessage;

    /// <summary>An earlier answer of the model.</summary>
    internal sealed record Model(IReadOnlyList<AnswerPart> Parts) : ModelMessage;

    /// <summary>What came of the calls of the answer before it.</summary>
    internal sealed record Results(IReadOnlyList<ToolResult> Of) : ModelMessage;
}

internal abstract record ModelContent
{
    private ModelContent()
    {
    }

    internal sealed record Text(string Words) : ModelContent;

    internal sealed record Image(string MimeType, string Data) : ModelContent;
}

/// <summary>What came of a call.</summary>
internal sealed record ToolResult(string CallId, string Text, bool IsError);

/// <summary>A part of an answer; stored, therefore a contract.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Text), "text")]
[JsonDerivedType(typeof(Thought), "thought")]
[JsonDerivedType(typeof(Call), "call")]
internal abstract record AnswerPart
{
    private AnswerPart()
    {
    }

    internal sealed record Text(string Words) : AnswerPart;

    /// <summary>What it thought; the endpoint may want it back with what it signed it with.</summary>
    internal sealed record Thought(string Words, string? Signature, string? Redacted = null) : AnswerPart;

    /// <param name="Id">The model's own id of the call.</param>
    /// <param name="Name">Of the tool.</param>
    /// <param name="Arguments">As the model wrote them: JSON, if it did well.</param>
    internal sealed record Call(string Id, string Name, string Arguments) : AnswerPart;
}

/// <summary>A whole answer.</summary>
/// <param name="Parts">In order.</param>
/// <param name="StopReason">end_turn, tool_use, max_tokens or refusal.</param>
/// <param name="InputTokens">Tokens of the prompt, as the endpoint counts; null where it does not say.</param>
/// <param name="OutputTokens">Tokens of the answer; null where it does not say.</param>
internal sealed record ModelAnswer(IReadOnlyList<AnswerPart> Parts, string StopReason, int? InputTokens, int? OutputTokens);

/// <summary>What comes of an answer while it is given.</summary>
internal abstract record ModelPiece
{
    private ModelPiece()
    {
    }

    internal sealed record Said(string Words) : ModelPiece;

    internal sealed record Thought(string Words) : ModelPiece;

    /// <summary>The last piece: all of it.</summary>
    internal sealed record Whole(ModelAnswer Answer) : ModelPiece;
}

internal enum ModelProblemKind
{
    /// <summary>It did not answer, or its answer broke off: it may be asked again.</summary>
    Passing,

    /// <summary>The conversation is longer than the model takes in.</summary>
    TooLong,

    /// <summary>It will not answer this, however often it is asked.</summary>
    Lasting,
}

/// <summary>A model endpoint did not answer, or not to the end.</summary>
/// <param name="kind">What can be done.</param>
/// <param name="message">In words, without the key.</param>
/// <param name="retryAfter">How long the endpoint wants to be left alone; null when it does not say.</param>
internal sealed class ModelException(ModelProblemKind kind, string message, TimeSpan? retryAfter = null) : Exception(message)
{
    public ModelProblemKind Kind { get; } = kind;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
