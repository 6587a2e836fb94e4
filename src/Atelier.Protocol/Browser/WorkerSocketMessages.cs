using System.Text.Json;
using System.Text.Json.Serialization;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Protocol.Browser;

/// <summary>A text frame to a worker socket's client; see docs/protocols/worker-socket.md.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Attached), "attached")]
[JsonDerivedType(typeof(InputAck), "input-ack")]
[JsonDerivedType(typeof(InputRefused), "input-refused")]
[JsonDerivedType(typeof(Activity), "activity")]
[JsonDerivedType(typeof(Resized), "resized")]
[JsonDerivedType(typeof(Exit), "exit")]
[JsonDerivedType(typeof(Epoch), "epoch")]
[JsonDerivedType(typeof(Gap), "gap")]
[JsonDerivedType(typeof(Snapshot), "snapshot")]
[JsonDerivedType(typeof(Held), "held")]
[JsonDerivedType(typeof(Viewers), "viewers")]
[JsonDerivedType(typeof(Error), "error")]
public abstract record WorkerSocketMessage
{
    private WorkerSocketMessage()
    {
    }

    /// <summary>The stream starts.</summary>
    /// <param name="Offset">Offset of the next byte.</param>
    /// <param name="EpochNumber">Its epoch.</param>
    /// <param name="End">End of the log at that moment.</param>
    /// <param name="Cols">Columns of the terminal there.</param>
    /// <param name="Rows">Rows of the terminal there.</param>
    /// <param name="InputAcknowledged">Last acknowledged input of this client.</param>
    /// <param name="InputEpoch">Epoch of the process that takes input, which may be a newer one than that of the next byte.</param>
    public sealed record Attached(
        long Offset,
        [property: JsonPropertyName("epoch")] int EpochNumber,
        long End,
        int Cols,
        int Rows,
        [property: JsonPropertyName("inputAck")] long InputAcknowledged,
        int InputEpoch) : WorkerSocketMessage;

    /// <summary>Input has been taken by the program's terminal.</summary>
    /// <param name="Seq">Up to this number.</param>
    public sealed record InputAck(long Seq) : WorkerSocketMessage;

    /// <summary>Input was not taken.</summary>
    /// <param name="Expected">The number that was expected.</param>
    /// <param name="Reason">In words.</param>
    public sealed record InputRefused(long Expected, string Reason) : WorkerSocketMessage;

    /// <summary>An agent's activity.</summary>
    /// <param name="State">What it does.</param>
    public sealed record Activity(ActivityState State) : WorkerSocketMessage;

    /// <summary>The terminal has another size.</summary>
    /// <param name="Cols">Columns.</param>
    /// <param name="Rows">Rows.</param>
    public sealed record Resized(int Cols, int Rows) : WorkerSocketMessage;

    /// <summary>The process ended.</summary>
    /// <param name="ExitCode">Its exit code; null when a signal ended it.</param>
    /// <param name="Signal">That signal, without SIG.</param>
    public sealed record Exit(
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? ExitCode,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Signal) : WorkerSocketMessage;

    /// <summary>A new process begins.</summary>
    /// <param name="Number">Its epoch.</param>
    /// <param name="Offset">Where its output starts.</param>
    public sealed record Epoch([property: JsonPropertyName("epoch")] int Number, long Offset) : WorkerSocketMessage;

    /// <summary>Bytes that are not there.</summary>
    /// <param name="From">What was asked for.</param>
    /// <param name="To">Where bytes go on.</param>
    public sealed record Gap(long From, long To) : WorkerSocketMessage;

    /// <summary>The screen instead of the bytes that led to it.</summary>
    /// <param name="Offset">Where live bytes go on.</param>
    /// <param name="EpochNumber">Epoch of that offset.</param>
    /// <param name="Cols">Columns it is made for.</param>
    /// <param name="Rows">Rows it is made for.</param>
    /// <param name="Data">VT text.</param>
    public sealed record Snapshot(
        long Offset, [property: JsonPropertyName("epoch")] int EpochNumber, int Cols, int Rows, string Data) : WorkerSocketMessage;

    /// <summary>The program is held back, or goes on.</summary>
    /// <param name="Reason">Why; null when it goes on.</param>
    public sealed record Held([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] HoldReason? Reason) : WorkerSocketMessage;

    /// <summary>Who watches.</summary>
    /// <param name="Everybody">All of them.</param>
    public sealed record Viewers([property: JsonPropertyName("viewers")] IReadOnlyList<ViewerFacts> Everybody) : WorkerSocketMessage;

    /// <summary>Something is wrong; the socket stays.</summary>
    /// <param name="Code">Stable word.</param>
    /// <param name="Message">For a person.</param>
    public sealed record Error(string Code, string Message) : WorkerSocketMessage;
}

/// <summary>Somebody who watches a worker.</summary>
/// <param name="Client">Name of the client.</param>
/// <param name="UserId">Who it is.</param>
/// <param name="Name">What they are called.</param>
/// <param name="Cols">Columns they see; 0 when unknown.</param>
/// <param name="Rows">Rows they see; 0 when unknown.</param>
public sealed record ViewerFacts(string Client, string UserId, string Name, int Cols, int Rows);

/// <summary>A text frame from a worker socket's client.</summary>
/// <param name="Type">input, resize or image.</param>
/// <param name="Seq">Number of an input or image.</param>
/// <param name="Data">Text to type; an image's base64.</param>
/// <param name="DataBase64">Bytes to type.</param>
/// <param name="MimeType">Of an image.</param>
/// <param name="Cols">Columns.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Epoch">Epoch of the process that an input is meant for; null for whichever takes it.</param>
public sealed record WorkerSocketRequest(
    string Type, long? Seq, string? Data, string? DataBase64, string? MimeType, int? Cols, int? Rows, int? Epoch);

/// <summary>Close codes of the worker socket.</summary>
public static class WorkerSocketCloseCodes
{
    /// <summary>A newer connection of the same client.</summary>
    public const int Replaced = 4002;

    /// <summary>Reading is not allowed.</summary>
    public const int Forbidden = 4003;

    /// <summary>No such session or worker.</summary>
    public const int NotFound = 4004;

    /// <summary>Ten messages that could not be read.</summary>
    public const int Malformed = 4008;

    /// <summary>The worker was deleted.</summary>
    public const int Deleted = 4010;

    /// <summary>As many sockets watch this worker as may.</summary>
    public const int TooMany = 4029;
}

/// <summary>JSON of the worker socket.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(WorkerSocketMessage))]
[JsonSerializable(typeof(WorkerSocketRequest))]
public sealed partial class BrowserJson : JsonSerializerContext;
