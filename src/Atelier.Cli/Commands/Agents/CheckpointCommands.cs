using System.CommandLine;
using System.Globalization;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Agents;

/// <summary><c>atelier agents checkpoints AGENT</c> and <c>atelier agents restore AGENT CHECKPOINT</c>.</summary>
internal static class CheckpointCommands
{
    public static Command Checkpoints()
    {
        var id = AgentIds.Argument();
        return new Command("checkpoints", "List what an agent's files were before and after each turn") { id }.Runs(async (run, cancellationToken) =>
        {
            var json = await run.Api.SendAsync(HttpMethod.Get, $"{await AgentIds.PathAsync(run.Api, run.Value(id), cancellationToken)}/checkpoints", cancellationToken);
            run.Output.Answer(json, output => output.Table(
                "No checkpoints yet. They are made before and after each turn.",
                ["ID", "WHICH", "TURN", "STATE", "MADE", ""],
                ApiClient.Read(json, ApiJson.Default.CheckpointsAnswer).Checkpoints.Select(one => new[]
                {
                    one.Id, one.Which, one.TurnId ?? "", one.State, one.CreatedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), one.Problem ?? "",
                })));
        });
    }

    public static Command Restore()
    {
        var id = AgentIds.Argument();
        var checkpoint = new Argument<string>("checkpoint") { Description = "Which; see: atelier agents checkpoints AGENT" };
        return new Command("restore", "Make an agent's files as a checkpoint has them; what they are is kept first") { id, checkpoint }.Runs(async (run, cancellationToken) =>
        {
            var json = await run.Api.SendAsync(
                HttpMethod.Post,
                $"{await AgentIds.PathAsync(run.Api, run.Value(id), cancellationToken)}/checkpoints/{Uri.EscapeDataString(run.Value(checkpoint))}/restore",
                cancellationToken);
            var kept = ApiClient.Read(json, ApiJson.Default.CheckpointAnswer).Checkpoint;
            run.Output.Answer(json, output => output.Line($"Restored. Commits and branch are as they were. To undo: atelier agents restore {run.Value(id)} {kept.Id}"));
        });
    }
}
