using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Atelier.Server.Agents.Events;

/// <summary>An event as it goes out; its payload is passed on to the letter, as deep as it may be.</summary>
internal static class AgentEventText
{
    private static readonly JsonWriterOptions s_raw = new() { SkipValidation = true };

    public static void Write(IBufferWriter<byte> output, AgentEvent one)
    {
        using var json = new Utf8JsonWriter(output, s_raw);
        json.WriteStartObject();
        json.WriteNumber("seq", one.Seq);
        json.WriteString("kind", one.What.Kind);
        json.WriteString("at", one.At);
        if (one.What.WorkSessionId is { } workSession)
        {
            json.WriteString("workSessionId", workSession.Value);
        }

        if (one.What.TurnId is { } turn)
        {
            json.WriteString("turnId", turn.Value);
        }

        json.WritePropertyName("payload");
        json.WriteRawValue(OnOneLine(one.What.Payload), skipInputValidation: true);
        json.WriteEndObject();
        json.Flush();
    }

    /// <summary>The event as one server-sent event.</summary>
    public static void WriteSent(IBufferWriter<byte> output, AgentEvent one)
    {
        output.Write(Encoding.UTF8.GetBytes($"id: {one.Seq}\nevent: {one.What.Kind}\ndata: "));
        Write(output, one);
        output.Write("\n\n"u8);
    }

    // In JSON a line can only break between values, where a blank does as well.
    private static string OnOneLine(string json) => json.AsSpan().ContainsAny('\n', '\r') ? json.Replace('\n', ' ').Replace('\r', ' ') : json;
}
