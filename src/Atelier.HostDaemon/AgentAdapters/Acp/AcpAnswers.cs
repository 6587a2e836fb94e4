using System.Diagnostics;
using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.AgentAdapters.Acp;

/// <summary>Answers of a program to our requests.</summary>
internal static class AcpAnswers
{
    private const int Version = 1;

    /// <summary>Reads an answer. One without a result counts as done: programs in JavaScript leave out what is undefined.</summary>
    public static AgentNotice Read(long sequence, AcpRequestKind kind, JsonElement message)
    {
        if (message.Get("error").OrNull() is { } error)
        {
            return Failed(sequence, error);
        }

        var result = message.Get("result");
        return kind switch
        {
            AcpRequestKind.Initialize => Opened(sequence, result),
            AcpRequestKind.NewSession when result.GetText("sessionId") is { } thread => ThreadOpened(sequence, thread, result),
            AcpRequestKind.NewSession => new AgentNotice.Failed(
                sequence, JsonRpcErrorCodes.InternalError, "The program began a conversation without giving its id.", result.OrNull()),
            AcpRequestKind.LoadSession or AcpRequestKind.ResumeSession => ThreadOpened(sequence, thread: null, result),
            AcpRequestKind.Prompt => new AgentNotice.TurnEnded(
                sequence, result.GetText("stopReason") ?? "end_turn", result.Get("usage").OrNull()),
            AcpRequestKind.Authenticate or AcpRequestKind.CloseSession or AcpRequestKind.SetMode or AcpRequestKind.SetOption
                or AcpRequestKind.DeleteSession or AcpRequestKind.LogOut => new AgentNotice.Succeeded(sequence, result.OrNull()),
            AcpRequestKind.ListSessions => Listed(sequence, result),
            _ => throw new UnreachableException(),
        };
    }

    private static AgentNotice.ThreadOpened ThreadOpened(long sequence, string? thread, JsonElement result) =>
        new(sequence, thread, result.Get("modes").OrNull(), result.Get("configOptions").OrNull());

    // What is no conversation is passed over: the others are of use all the same.
    private static AgentNotice.ThreadsListed Listed(long sequence, JsonElement result) => new(
        sequence,
        result.Get("sessions") is { ValueKind: JsonValueKind.Array } sessions
            ? [.. sessions.EnumerateArray().Where(one => one.GetText("sessionId") is { Length: > 0 }).Select(one => new ListedThread(
                one.GetText("sessionId") ?? "", one.GetText("cwd"), one.GetText("title"), one.GetText("updatedAt")))]
            : [],
        result.GetText("nextCursor") is { Length: > 0 } cursor ? cursor : null);

    private static AgentNotice Opened(long sequence, JsonElement result)
    {
        if (result.Get("protocolVersion") is { ValueKind: JsonValueKind.Number } version
            && !(version.TryGetInt32(out var number) && number == Version))
        {
            return new AgentNotice.Failed(
                sequence,
                JsonRpcErrorCodes.InvalidRequest,
                $"The program speaks version {version.GetRawText()} of the Agent Client Protocol; Atelier speaks version {Version}.",
                result);
        }

        var program = result.Get("agentInfo");
        var abilities = result.Get("agentCapabilities");
        var sessions = abilities.Get("sessionCapabilities");
        var prompts = abilities.Get("promptCapabilities");
        return new AgentNotice.Opened(sequence, new AgentAbilities(
            program.GetText("name") ?? program.GetText("title"),
            program.GetText("version"),
            Loads: abilities.IsTrue("loadSession"),
            Resumes: IsOffered(sessions, "resume"),
            Closes: IsOffered(sessions, "close"),
            TakesImages: prompts.IsTrue("image"),
            TakesResources: prompts.IsTrue("embeddedContext"),
            McpHttp: abilities.Get("mcpCapabilities").IsTrue("http"),
            LoginMethods: result.Get("authMethods") is { ValueKind: JsonValueKind.Array } methods && methods.GetArrayLength() > 0
                ? methods
                : null)
        {
            McpSse = abilities.Get("mcpCapabilities").IsTrue("sse"),
            Lists = IsOffered(sessions, "list"),
            Deletes = IsOffered(sessions, "delete"),
            LogsOut = IsOffered(abilities.Get("auth"), "logout"),
        });
    }

    // An object says yes; that it may be true as well is only kind.
    private static bool IsOffered(JsonElement abilities, string name) =>
        abilities.Get(name).ValueKind is JsonValueKind.Object or JsonValueKind.True;

    private static AgentNotice.Failed Failed(long sequence, JsonElement error) => new(
        sequence,
        error.Get("code") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var code)
            ? code
            : JsonRpcErrorCodes.InternalError,
        error.GetText("message") ?? (error.ValueKind == JsonValueKind.String ? error.GetString() : null) ?? "An error without an explanation.",
        error.Get("data").OrNull());
}
