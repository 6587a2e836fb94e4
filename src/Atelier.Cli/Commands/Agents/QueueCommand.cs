using System.CommandLine;
using Atelier.Client.Agents;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Agents;

/// <summary><c>atelier agents queue AGENT [--move TURN --to PLACE | --take-back TURN | --empty]</c>.</summary>
internal static class QueueCommand
{
    public static Command Make()
    {
        var id = AgentIds.Argument();
        var move = new Option<string?>("--move") { Description = "Move this turn" };
        var to = new Option<int>("--to") { Description = "To this place, from 0" };
        var takeBack = new Option<string?>("--take-back") { Description = "Take this turn back" };
        var empty = new Option<bool>("--empty") { Description = "Take all turns back" };
        return new Command("queue", "Show what waits for an agent, or change it") { id, move, to, takeBack, empty }.Runs(async (run, cancellationToken) =>
        {
            var queue = $"{await AgentIds.PathAsync(run.Api, run.Value(id), cancellationToken)}/queue";
            if (run.Value(move) is { } moved)
            {
                await run.Api.SendAsync(HttpMethod.Patch, $"{queue}/{Uri.EscapeDataString(moved)}", new MoveTurn(run.Value(to)), ApiJson.Default.MoveTurn, cancellationToken);
            }

            if (run.Value(takeBack) is { } taken)
            {
                await run.Api.SendAsync(HttpMethod.Delete, $"{queue}/{Uri.EscapeDataString(taken)}", cancellationToken);
            }

            if (run.Value(empty))
            {
                await run.Api.SendAsync(HttpMethod.Delete, queue, cancellationToken);
            }

            var json = await run.Api.SendAsync(HttpMethod.Get, queue, cancellationToken);
            run.Output.Answer(json, output => output.Table(
                "Nothing waits.",
                ["TURN", "TEXT"],
                ApiClient.Read(json, ApiJson.Default.TurnsAnswer).Turns.Select(turn => new[] { turn.Id, turn.Text.ReplaceLineEndings(" ") })));
        });
    }
}
