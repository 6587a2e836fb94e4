using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Atelier.Protocol.Layout;

namespace Atelier.Cli.Commands.Processes;

/// <summary>What <c>atelier status --json</c> prints.</summary>
/// <param name="Address">Where the server listens; null when none runs.</param>
/// <param name="TokenFile">File with the first user's token.</param>
/// <param name="Processes">Everything of ours that runs.</param>
internal sealed record Status(string? Address, string TokenFile, IReadOnlyList<RunningProcess> Processes);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Status))]
internal sealed partial class StatusJson : JsonSerializerContext;

/// <summary><c>atelier status</c>.</summary>
internal static class StatusCommand
{
    public static Command Make() => new Command("status", "Say what runs").Runs((run, _) =>
    {
        var status = new Status(
            ProcessRecord.Find(run.Data, ProcessRecord.Server)?.Address, run.Data.TokenFile, RunningProcesses.Of(run.Data));
        run.Output.Answer(JsonSerializer.Serialize(status, StatusJson.Default.Status), output => Print(output, run.Data, status));
        return Task.FromResult(ExitCodes.Done); // asked and answered, whatever runs
    });

    private static void Print(Output output, DataFolder data, Status status)
    {
        output.Line(status.Address is { } address ? $"Atelier is at {address}, its data in {data.Path}" : $"No server runs on {data.Path}");
        output.Table(
            "Nothing of it runs.",
            ["PROCESS", "PID"],
            status.Processes.Select(process => new[] { process.Role, $"{process.Pid}" }));
    }
}
