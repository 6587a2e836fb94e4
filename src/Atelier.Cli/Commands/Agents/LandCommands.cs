using System.CommandLine;
using Atelier.Client.Api;
using Atelier.Client.Reviews;

namespace Atelier.Cli.Commands.Agents;

/// <summary><c>atelier agents forecast AGENT</c> and <c>atelier agents land AGENT [--squash | --push | --resolve]</c>.</summary>
internal static class LandCommands
{
    public static Command Forecast()
    {
        var id = AgentIds.Argument();
        var into = new Option<string?>("--into") { Description = "Into which branch (default: the one it started from)" };
        return new Command("forecast", "Show what merging an agent's work would come to, uncommitted work included") { id, into }.Runs(async (run, cancellationToken) =>
        {
            var query = run.Value(into) is { } branch ? $"?into={Uri.EscapeDataString(branch)}" : "";
            var json = await run.Api.SendAsync(HttpMethod.Get, $"{await AgentIds.PathAsync(run.Api, run.Value(id), cancellationToken)}/forecast{query}", cancellationToken);
            var forecast = ApiClient.Read(json, ApiJson.Default.ForecastAnswer).Forecast;
            run.Output.Answer(json, output => output.Table(
                "",
                ["WITH", "MERGE", "FILES"],
                forecast.Agents.Prepend(forecast.Base).Select(one => new[]
                {
                    one.Branch, one.Commit is null ? "no such branch" : one.Conflicts.Count == 0 ? "clean" : "conflicts", string.Join(", ", one.Conflicts),
                })));
            return forecast.Base.Conflicts.Count == 0 ? ExitCodes.Done : ExitCodes.Conflicts;
        });
    }

    public static Command Land()
    {
        var id = AgentIds.Argument();
        var squash = new Option<bool>("--squash") { Description = "As one commit, instead of a merge" };
        var push = new Option<bool>("--push") { Description = "Push the branch to the remote instead, and say where a request to pull it is opened" };
        var resolve = new Option<bool>("--resolve") { Description = "Land nothing; give the conflicts to the agent" };
        var into = new Option<string?>("--into") { Description = "Into which branch (default: the one it started from)" };
        var message = new Option<string?>("--message", "-m") { Description = "The commit's message (default: made from the task)" };
        var commit = new Option<bool>("--commit") { Description = "Commit uncommitted work first" };
        var complete = new Option<bool>("--complete") { Description = "End the agent when its work has landed" };
        return new Command("land", "Get an agent's work into another branch") { id, squash, push, resolve, into, message, commit, complete }.Runs(async (run, cancellationToken) =>
        {
            var path = $"{await AgentIds.PathAsync(run.Api, run.Value(id), cancellationToken)}/land";
            if (run.Value(resolve))
            {
                await ResolveAsync(run, path, run.Value(into), cancellationToken);
                return ExitCodes.Done;
            }

            var land = new Land(
                run.Value(push) ? "push" : run.Value(squash) ? "squash" : "merge", run.Value(message), run.Value(into), run.Value(commit) ? true : null, Complete: run.Value(complete) ? true : null);
            try
            {
                var json = await run.Api.SendAsync(HttpMethod.Post, path, land, ApiJson.Default.Land, cancellationToken);
                run.Output.Answer(json, output => Print(output, ApiClient.Read(json, ApiJson.Default.LandingAnswer).Landing));
                return ExitCodes.Done;
            }
            catch (ProblemException conflicts) when (conflicts.Problem.Type == "/problems/landing-conflicts")
            {
                Output.Problem($"{conflicts.Message} (atelier agents land {run.Value(id)} --resolve)");
                return ExitCodes.Conflicts;
            }
        });
    }

    private static async Task ResolveAsync(CommandRun run, string path, string? into, CancellationToken cancellationToken)
    {
        var json = await run.Api.SendAsync(HttpMethod.Post, $"{path}/resolve", new ResolveConflicts(into), ApiJson.Default.ResolveConflicts, cancellationToken);
        var asked = ApiClient.Read(json, ApiJson.Default.ResolveAnswer);
        run.Output.Answer(json, output => output.Line($"{asked.TurnId}  {string.Join(", ", asked.Paths)}"));
    }

    private static void Print(Output output, Landing landing)
    {
        output.Line(landing.State == "pushed" ? $"Pushed {landing.Commit}" : $"Landed in {landing.Into} as {landing.Commit}");
        if (landing.PullRequestUrl is { } address)
        {
            output.Line($"Open a request to pull it: {address}");
        }
    }
}
