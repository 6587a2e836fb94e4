using System.Text.Json;
using System.Text.Json.Serialization;
using Atelier.DemoAgent.Acp;

namespace Atelier.DemoAgent.Conversations;

/// <summary>One thing that happened in a conversation: a line of its file. Names and fields are stored, so they are only ever added to.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Opened), "opened")]
[JsonDerivedType(typeof(TurnBegun), "turn-begun")]
[JsonDerivedType(typeof(Said), "said")]
[JsonDerivedType(typeof(ModeChosen), "mode-chosen")]
[JsonDerivedType(typeof(CommitsDecided), "commits-decided")]
[JsonDerivedType(typeof(Changed), "changed")]
[JsonDerivedType(typeof(Committed), "committed")]
[JsonDerivedType(typeof(Undone), "undone")]
internal abstract record ConversationRecord
{
    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>It works here from now on.</summary>
    internal sealed record Opened(string Directory) : ConversationRecord;

    internal sealed record TurnBegun : ConversationRecord;

    /// <summary>Either side said something.</summary>
    internal sealed record Said(SessionUpdate Update) : ConversationRecord;

    internal sealed record ModeChosen(string Mode) : ConversationRecord;

    /// <summary>The person does not want to be asked again.</summary>
    internal sealed record CommitsDecided(bool Allowed) : ConversationRecord;

    /// <summary>Files were changed, and are not committed yet.</summary>
    internal sealed record Changed(OwnChange Change) : ConversationRecord;

    internal sealed record Committed(string Commit) : ConversationRecord;

    /// <summary>The last change was taken back.</summary>
    internal sealed record Undone : ConversationRecord;
}

/// <summary>What the agent did to the files, as far as is needed to take it back.</summary>
/// <param name="Notes">Path of the file that it added.</param>
/// <param name="Readme">Path of the README that it changed; null when it left it alone.</param>
/// <param name="Line">The line that it put at the end of the README.</param>
/// <param name="Commit">The commit; null while there is none.</param>
internal sealed record OwnChange(string Notes, string? Readme, string Line, string? Commit = null);

/// <summary>JSON of a conversation's file.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConversationRecord))]
internal sealed partial class ConversationJson : JsonSerializerContext;
