using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Protocol.Acp;

/// <summary>An editor introduces itself.</summary>
/// <param name="ProtocolVersion">The newest version it speaks.</param>
/// <param name="ClientCapabilities">What it can do for a program.</param>
/// <param name="Meta">More of its own.</param>
public sealed record InitializeRequest(
    int ProtocolVersion, JsonElement? ClientCapabilities = null, [property: JsonPropertyName("_meta")] JsonElement? Meta = null);

/// <summary>What Atelier is as an agent.</summary>
/// <param name="ProtocolVersion">The version that is spoken.</param>
/// <param name="AgentCapabilities">What it can do.</param>
/// <param name="AuthMethods">How somebody can log in; empty when somebody is.</param>
/// <param name="AgentInfo">Name and version.</param>
public sealed record InitializeReply(int ProtocolVersion, JsonElement AgentCapabilities, IReadOnlyList<LoginMethod> AuthMethods, AgentIdentity AgentInfo);

/// <summary>A way to log in.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">For people.</param>
/// <param name="Description">What to do.</param>
public sealed record LoginMethod(string Id, string Name, string Description);

/// <summary>Who answers.</summary>
/// <param name="Name">For programs.</param>
/// <param name="Title">For people.</param>
/// <param name="Version">Of this build.</param>
public sealed record AgentIdentity(string Name, string Title, string Version);

/// <summary>Logs in.</summary>
/// <param name="MethodId">By which method.</param>
/// <param name="Meta">Holds what the method needs.</param>
public sealed record AuthenticateRequest(string MethodId, [property: JsonPropertyName("_meta")] JsonElement? Meta = null);

/// <summary>Begins a conversation.</summary>
/// <param name="Cwd">The directory that the editor has open.</param>
/// <param name="Meta">What more is wanted of it, under <c>atelier</c>.</param>
public sealed record NewSessionRequest(string Cwd, [property: JsonPropertyName("_meta")] JsonElement? Meta = null);

/// <summary>A conversation has begun.</summary>
/// <param name="SessionId">Its id.</param>
/// <param name="Modes">Modes there are; null where they are not known yet.</param>
/// <param name="ConfigOptions">Options there are; null where they are not known yet.</param>
/// <param name="Meta">What it belongs to, under <c>atelier</c>.</param>
public sealed record NewSessionReply(
    string SessionId, JsonElement? Modes, JsonElement? ConfigOptions, [property: JsonPropertyName("_meta")] JsonElement? Meta = null);

/// <summary>Opens a conversation that there is.</summary>
/// <param name="SessionId">Which.</param>
/// <param name="Meta">From where on it is told, under <c>atelier</c>.</param>
public sealed record OpenSessionRequest(string SessionId, [property: JsonPropertyName("_meta")] JsonElement? Meta = null);

/// <summary>A conversation is open.</summary>
/// <param name="Modes">Modes there are; null where they are not known.</param>
/// <param name="ConfigOptions">Options there are; null where they are not known.</param>
/// <param name="Meta">How far it was told, under <c>atelier</c>.</param>
public sealed record OpenSessionReply(JsonElement? Modes, JsonElement? ConfigOptions, [property: JsonPropertyName("_meta")] JsonElement? Meta = null);

/// <summary>Asks for conversations, the newest first.</summary>
/// <param name="Cwd">Those of this directory only.</param>
/// <param name="Cursor">Where the list goes on.</param>
public sealed record ListSessionsRequest(string? Cwd = null, string? Cursor = null);

/// <summary>Conversations.</summary>
/// <param name="Sessions">A page of them.</param>
/// <param name="NextCursor">Where the list goes on; null at its end.</param>
public sealed record ListSessionsReply(IReadOnlyList<ListedSession> Sessions, string? NextCursor);

/// <summary>A conversation in a list.</summary>
/// <param name="SessionId">Its id.</param>
/// <param name="Cwd">Where it works.</param>
/// <param name="Title">For people.</param>
/// <param name="UpdatedAt">When something was last said.</param>
/// <param name="Meta">What it belongs to, under <c>atelier</c>.</param>
public sealed record ListedSession(
    string SessionId, string Cwd, string? Title, DateTimeOffset? UpdatedAt, [property: JsonPropertyName("_meta")] JsonElement? Meta = null);

/// <summary>Names a conversation.</summary>
/// <param name="SessionId">Which.</param>
public sealed record SessionRequest(string SessionId);

/// <summary>Chooses a mode.</summary>
/// <param name="SessionId">Where.</param>
/// <param name="ModeId">Which.</param>
public sealed record SetModeRequest(string SessionId, string ModeId);

/// <summary>Sets an option.</summary>
/// <param name="SessionId">Where.</param>
/// <param name="ConfigId">Which.</param>
/// <param name="Value">An id, true or false.</param>
public sealed record SetOptionRequest(string SessionId, string ConfigId, JsonElement Value);

/// <summary>Options as they are now.</summary>
/// <param name="ConfigOptions">All of them.</param>
public sealed record SetOptionReply(JsonElement ConfigOptions);

/// <summary>Asks something.</summary>
/// <param name="SessionId">Where.</param>
/// <param name="Prompt">Content blocks.</param>
/// <param name="Meta">The client's name for this prompt, under <c>atelier</c>.</param>
public sealed record PromptRequest(string SessionId, JsonElement Prompt, [property: JsonPropertyName("_meta")] JsonElement? Meta = null);

/// <summary>A turn is over.</summary>
/// <param name="StopReason">Why.</param>
public sealed record PromptReply(string StopReason);

/// <summary>News of a conversation.</summary>
/// <param name="SessionId">Which.</param>
/// <param name="Update">What.</param>
/// <param name="Meta">Its place in the conversation, under <c>atelier</c>.</param>
public sealed record SessionUpdate(string SessionId, JsonElement Update, [property: JsonPropertyName("_meta")] JsonElement? Meta);

/// <summary>An answer that says only that it was done.</summary>
public sealed record EditorDone;

/// <summary>JSON of the conversation with an editor.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(InitializeRequest))]
[JsonSerializable(typeof(InitializeReply))]
[JsonSerializable(typeof(AuthenticateRequest))]
[JsonSerializable(typeof(NewSessionRequest))]
[JsonSerializable(typeof(NewSessionReply))]
[JsonSerializable(typeof(OpenSessionRequest))]
[JsonSerializable(typeof(OpenSessionReply))]
[JsonSerializable(typeof(ListSessionsRequest))]
[JsonSerializable(typeof(ListSessionsReply))]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(SetModeRequest))]
[JsonSerializable(typeof(SetOptionRequest))]
[JsonSerializable(typeof(SetOptionReply))]
[JsonSerializable(typeof(PromptRequest))]
[JsonSerializable(typeof(PromptReply))]
[JsonSerializable(typeof(SessionUpdate))]
[JsonSerializable(typeof(EditorDone))]
[JsonSerializable(typeof(JsonElement))]
public sealed partial class EditorJson : JsonSerializerContext;
