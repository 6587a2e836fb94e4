using System.Text.Json;
using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.AgentAdapters.Acp;

/// <summary>What a line of a program means to us. Never throws, whatever the line is.</summary>
internal static class AcpReader
{
    /// <summary>Most bytes of a line that is no message which are told.</summary>
    public const int MaxNoiseBytes = 4 << 10;

    /// <summary>Reads a line; null when it is blank.</summary>
    public static AgentNotice? Read(ReadOnlySpan<byte> line)
    {
        if (line.IndexOfAnyExcept(" \t\r"u8) < 0)
        {
            return null;
        }

        var message = AcpLine.Parse(line);
        return ReadMessage(message) ?? AgentNotices.Noise(AcpLine.Show(line, MaxNoiseBytes));
    }

    // Null: it is JSON perhaps, but no message.
    private static AgentNotice? ReadMessage(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var hasId = message.TryGetProperty("id", out var id);
        if (message.GetText("method") is not { } method)
        {
            return hasId ? ReadAnswer(message, id) : null;
        }

        var parameters = message.Get("params");
        if (!hasId)
        {
            return ReadNotification(message, method, parameters);
        }

        return IsId(id)
            ? new AgentNotice.Asked(id.GetRawText(), parameters.GetText("sessionId"), AcpMethods.WordFor(method), parameters.OrEmpty())
            : null;
    }

    private static AgentNotice ReadNotification(JsonElement message, string method, JsonElement parameters) => method switch
    {
        AcpMethods.Update when parameters.Get("update") is { ValueKind: JsonValueKind.Object } update =>
            AcpUpdates.Read(parameters.GetText("sessionId"), update),
        AcpMethods.CancelRequest when parameters.ValueKind == JsonValueKind.Object
            && parameters.TryGetProperty("requestId", out var id) && IsId(id) => new AgentNotice.Withdrew(id.GetRawText()),
        AcpMethods.ElicitationComplete when parameters.GetText("elicitationId") is { } elicitation => new AgentNotice.QuestionOver(elicitation),
        _ => AgentNotices.Other(parameters.GetText("sessionId"), message),
    };

    private static AgentNotice ReadAnswer(JsonElement message, JsonElement id) =>
        AcpRequestIds.TryRead(id, out var sequence, out var kind)
            ? AcpAnswers.Read(sequence, kind, message)
            : AgentNotices.Other(thread: null, message);

    private static bool IsId(JsonElement id) => id.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Null;
}
