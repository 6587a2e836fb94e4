using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Client.Workers;

/// <summary>Any text frame from the server: the union of all their fields, told apart by <paramref name="Type"/>.</summary>
internal sealed record WorkerSocketMessage(
    string Type,
    long Offset,
    int Epoch,
    long End,
    int Cols,
    int Rows,
    long InputAck,
    int InputEpoch,
    long Seq,
    long From,
    long To,
    long Expected,
    int? ExitCode,
    string? Signal,
    string? State,
    string? Data,
    string? Code,
    string? Message,
    string? Reason);

/// <summary>Input.</summary>
internal sealed record InputMessage(string Type, long Seq, int? Epoch, string DataBase64);

/// <summary>A new size.</summary>
internal sealed record ResizeMessage(string Type, int Cols, int Rows);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WorkerSocketMessage))]
[JsonSerializable(typeof(InputMessage))]
[JsonSerializable(typeof(ResizeMessage))]
internal sealed partial class WorkerSocketJson : JsonSerializerContext;
