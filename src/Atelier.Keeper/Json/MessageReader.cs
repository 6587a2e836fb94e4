using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Json;

/// <summary>What a keeper is told, read from JSON; the records and their names are the protocol's.</summary>
internal static class MessageReader
{
    public static KeeperLaunch Launch(JsonObject json) => new(
        json.Text("workerId"),
        json.Text("socket"),
        Kind(json.Text("kind")),
        json.Texts("command"),
        json.Text("cwd"),
        json.TextMap("environment"),
        (int)json.Number("cols", 0),
        (int)json.Number("rows", 0),
        json.Number("segmentBytes", KeeperProtocol.DefaultSegmentBytes),
        json.Number("unreadLimitBytes", KeeperProtocol.DefaultUnreadLimitBytes),
        json.TextOrNull("preamble"),
        (int?)json.NumberOrNull("epoch"));

    public static ClientHello Hello(JsonObject json) =>
        new((int)json.Number("protocol", 0), json.Has("abilities") ? json.Texts("abilities") : [], json.TextOrNull("client"));

    public static AttachRequest Attach(JsonObject json) => new(
        json.TextOrNull("stream") switch
        {
            null or "output" => WorkerOutput.Output,
            "error" => WorkerOutput.Error,
            _ => throw new FormatException("\"stream\" is output or error"),
        },
        json.NumberOrNull("from"),
        json.Has("epoch") ? json.Int("epoch") : null,
        json.TextOrNull("mode") switch
        {
            null or "bytes" => AttachMode.Bytes,
            "progress" => AttachMode.Progress,
            _ => throw new FormatException("\"mode\" is bytes or progress"),
        });

    public static ResizeRequest Resize(JsonObject json) => new(json.Int("cols"), json.Int("rows"));

    public static SignalRequest Signal(JsonObject json) => new(
        json.Text("signal"),
        json.TextOrNull("target") switch
        {
            null or "foreground" => SignalTarget.Foreground,
            "group" => SignalTarget.Group,
            _ => throw new FormatException("\"target\" is foreground or group"),
        });

    public static CommitRequest Commit(JsonObject json) =>
        new(json.NumberOrNull("offset") ?? throw new FormatException("\"offset\" is missing"));

    private static WorkerKind Kind(string kind) => kind switch
    {
        "terminal" => WorkerKind.Terminal,
        "protocol" => WorkerKind.Protocol,
        _ => throw new FormatException("\"kind\" is terminal or protocol"),
    };
}
