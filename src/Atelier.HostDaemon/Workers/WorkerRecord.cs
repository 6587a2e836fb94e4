using System.Text.Json;
using System.Text.Json.Serialization;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;

namespace Atelier.HostDaemon.Workers;

/// <summary>What the daemon must remember of a worker over its own restarts; <c>worker.json</c> in the worker's folder.</summary>
/// <param name="Kind">Terminal or pipes.</param>
/// <param name="LogLimitBytes">Bound of a terminal's log.</param>
/// <param name="DetectActivity">Whether to watch the screen for activity.</param>
/// <param name="AskingPatterns">What says that the program is asking.</param>
/// <param name="Epoch">The epoch that <paramref name="PendingInput"/> is for.</param>
/// <param name="PendingInput">Text still to be typed once the program is ready; null when there is none.</param>
internal sealed record WorkerRecord(
    WorkerKind Kind,
    long LogLimitBytes,
    bool DetectActivity,
    IReadOnlyList<string> AskingPatterns,
    int Epoch,
    string? PendingInput)
{
    private const string FileName = "worker.json";

    public static WorkerRecord From(StartWorkerRequest request, string? pendingInput) => new(
        request.Kind, request.LogLimitBytes, request.DetectActivity, request.AskingPatterns, request.Epoch, pendingInput);

    /// <summary>Reads a worker's record; null when there is none, or a power failure tore it.</summary>
    public static WorkerRecord? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize(
                File.ReadAllBytes(Path.Combine(folder, FileName)), WorkerRecordJson.Default.WorkerRecord);
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException)
        {
            return null;
        }
    }

    public void Write(string folder)
    {
        var file = Path.Combine(folder, FileName);
        File.WriteAllBytes($"{file}.new", JsonSerializer.SerializeToUtf8Bytes(this, WorkerRecordJson.Default.WorkerRecord));
        File.Move($"{file}.new", file, overwrite: true);
    }
}

[JsonSerializable(typeof(WorkerRecord))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class WorkerRecordJson : JsonSerializerContext;
