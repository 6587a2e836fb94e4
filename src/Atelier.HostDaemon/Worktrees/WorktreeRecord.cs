using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.HostDaemon.Worktrees;

/// <summary>What we remember of a worktree we made; lies in its git folder and goes with it.</summary>
/// <param name="BaseCommit">What its branch started from; null when the branch was there.</param>
/// <param name="IsSetUp">Whether files and setup command are through.</param>
/// <param name="SetupOutput">Last lines of a setup command that went wrong; null when all went well.</param>
internal sealed record WorktreeRecord(string? BaseCommit, bool IsSetUp, string? SetupOutput)
{
    private const string FileName = "atelier.json";

    public static async Task<WorktreeRecord?> ReadAsync(string gitFolder, CancellationToken cancellationToken)
    {
        var file = Path.Combine(gitFolder, FileName);
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(
                await File.ReadAllBytesAsync(file, cancellationToken), WorktreeRecordJson.Default.WorktreeRecord);
        }
        catch (JsonException)
        {
            return null;   // torn by a power failure: set up again
        }
    }

    public async Task WriteAsync(string gitFolder, CancellationToken cancellationToken)
    {
        var file = Path.Combine(gitFolder, FileName);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(this, WorktreeRecordJson.Default.WorktreeRecord);
        await File.WriteAllBytesAsync($"{file}.new", bytes, cancellationToken);
        File.Move($"{file}.new", file, overwrite: true);
    }
}

[JsonSerializable(typeof(WorktreeRecord))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class WorktreeRecordJson : JsonSerializerContext;
