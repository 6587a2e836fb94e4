using System.Text.Json;

namespace Atelier.DemoAgent.Acp;

/// <summary>What the client asks, and what it is answered: the part of the Agent Client Protocol (version 1) that this agent speaks.</summary>
internal static class AcpMethods
{
    public const string Initialize = "initialize";
    public const string NewSession = "session/new";
    public const string LoadSession = "session/load";
    public const string ResumeSession = "session/resume";
    public const string CloseSession = "session/close";
    public const string ListSessions = "session/list";
    public const string SetMode = "session/set_mode";
    public const string Prompt = "session/prompt";
    public const string Cancel = "session/cancel";
    public const string Update = "session/update";
    public const string RequestPermission = "session/request_permission";
    public const string CancelRequest = "$/cancel_request";
}

/// <summary>Error numbers of its own.</summary>
internal static class AcpErrorCodes
{
    public const int ResourceNotFound = -32002;
}

internal sealed record Empty;

internal sealed record InitializeReply(
    int ProtocolVersion, AgentCapabilities AgentCapabilities, IReadOnlyList<string> AuthMethods, Implementation AgentInfo);

internal sealed record AgentCapabilities(bool LoadSession, PromptCapabilities PromptCapabilities, SessionCapabilities SessionCapabilities);

internal sealed record PromptCapabilities(bool EmbeddedContext);

/// <summary>An empty object says yes, null says no.</summary>
internal sealed record SessionCapabilities(Empty? List, Empty? Resume, Empty? Close);

internal sealed record Implementation(string Name, string Title, string Version);

internal sealed record NewSessionRequest(string Cwd);

/// <summary>Loads or resumes.</summary>
internal sealed record OpenSessionRequest(string SessionId, string Cwd);

internal sealed record NewSessionReply(string SessionId, ModeState Modes);

internal sealed record OpenSessionReply(ModeState Modes);

internal sealed record ModeState(string CurrentModeId, IReadOnlyList<Mode> AvailableModes);

internal sealed record Mode(string Id, string Name, string Description);

internal sealed record SessionRequest(string SessionId);

internal sealed record ListSessionsRequest(string? Cwd = null);

internal sealed record ListSessionsReply(IReadOnlyList<SessionSummary> Sessions);

internal sealed record SessionSummary(string SessionId, string Cwd, string? Title, DateTimeOffset UpdatedAt);

internal sealed record SetModeRequest(string SessionId, string ModeId);

/// <param name="SessionId">The conversation.</param>
/// <param name="Prompt">Content blocks of any type; kept as they came, to be told again.</param>
internal sealed record PromptRequest(string SessionId, IReadOnlyList<JsonElement> Prompt);

internal sealed record PromptReply(string StopReason);

internal sealed record SessionNotification(string SessionId, SessionUpdate Update);

internal sealed record PermissionRequest(string SessionId, PermissionToolCall ToolCall, IReadOnlyList<PermissionOption> Options);

internal sealed record PermissionToolCall(string ToolCallId, string Title, string Kind, string Status, CommandInput RawInput);

internal sealed record PermissionOption(string OptionId, string Name, string Kind);

internal sealed record PermissionReply(PermissionOutcome Outcome);

/// <param name="Outcome">selected or cancelled.</param>
/// <param name="OptionId">What was selected; null when nothing was.</param>
internal sealed record PermissionOutcome(string Outcome, string? OptionId = null);
