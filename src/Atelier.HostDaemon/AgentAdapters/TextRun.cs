using System.Text;
using System.Text.Json;
using Atelier.HostDaemon.AgentAdapters.Acp;
using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.AgentAdapters;

/// <summary>Pieces of one text that follow each other, as one (AL6).</summary>
internal sealed class TextRun
{
    private readonly AgentNotice.Said _first;
    private readonly string? _messageId;
    private readonly StringBuilder _text;
    private bool _hasGrown;

    private TextRun(AgentNotice.Said first, string? messageId, string text)
    {
        _first = first;
        _messageId = messageId;
        _text = new StringBuilder(text);
    }

    /// <summary>Begins a run; null when the notice is no plain text of a conversation.</summary>
    public static TextRun? Begin(AgentNotice? notice) =>
        Read(notice) is var (said, messageId, text) ? new TextRun(said, messageId, text) : null;

    /// <summary>Adds a notice that goes on with the same text; false when it does not.</summary>
    public bool TryAdd(AgentNotice? notice)
    {
        if (Read(notice) is not var (said, messageId, text)
            || said.Thread != _first.Thread || said.Event != _first.Event || messageId != _messageId)
        {
            return false;
        }

        _text.Append(text);
        _hasGrown = true;
        return true;
    }

    public AgentNotice.Said Whole() => !_hasGrown ? _first : _first with
    {
        Payload = AcpJson.Object(writer =>
        {
            if (_messageId is not null)
            {
                writer.WriteString("messageId", _messageId);
            }

            writer.WriteStartObject("content");
            writer.WriteString("type", "text");
            writer.WriteString("text", _text.ToString());
            writer.WriteEndObject();
        }),
    };

    // Annotations and metadata belong to one piece; a piece that has them stays alone.
    private static (AgentNotice.Said Said, string? MessageId, string Text)? Read(AgentNotice? notice)
    {
        if (notice is not AgentNotice.Said { Event: "agent-message" or "agent-thought" or "user-message" } said)
        {
            return null;
        }

        var content = said.Payload.Get("content");
        var messageId = said.Payload.GetText("messageId");
        return content.GetText("type") == "text" && content.GetText("text") is { } text
            && Count(content) == 2 && Count(said.Payload) == (messageId is null ? 1 : 2)
                ? (said, messageId, text)
                : null;
    }

    private static int Count(JsonElement element) => element.GetPropertyCount();
}
