using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Client.AgentConsole;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Imports;

/// <summary><c>atelier import agent-console DIR</c>: takes over what agent-console had; a second time changes nothing.</summary>
internal static class ImportCommand
{
    public static Command Make() => new("import", "Take over what another program had") { AgentConsole(), Records() };

    private static Command AgentConsole()
    {
        var folder = new Argument<string>("folder") { Description = "Its folder, such as ~/.agent-console" };
        return new Command("agent-console", "Repositories, programs and sessions of agent-console") { folder }.Runs(
            async (run, cancellationToken) =>
            {
                var path = Path.GetFullPath(run.Value(folder));
                var source = new AgentConsoleFolder(path);
                if (!source.Exists)
                {
                    throw new CliProblemException($"{path} holds no sessions.json, repositories.json or agents.json.");
                }

                var contents = Read(source, run);
                var json = await run.Api.SendAsync(
                    HttpMethod.Post, "/api/imports/agent-console", contents, ApiJson.Default.AgentConsoleContents, cancellationToken);
                var orphans = await OrphanProcesses.EndOrphansAsync(contents, run.Time, cancellationToken);
                run.Output.Answer(WithProcesses(json, orphans), output => Report(output, json, orphans));
            });
    }

    private static Command Records() => new Command("records", "Print what was taken over from agent-console, as it was there").Runs(
        async (run, cancellationToken) =>
        {
            var all = new JsonArray();
            int before;
            do
            {
                before = all.Count;
                var page = JsonNode.Parse(await run.Api.SendAsync(HttpMethod.Get, $"/api/imports/agent-console?skip={before}", cancellationToken));
                foreach (var record in page?["records"]?.AsArray() ?? [])
                {
                    all.Add(record?.DeepClone());
                }
            }
            while (all.Count > before); // the server says how many it gives at once; an empty page is the end

            run.Output.Line(new JsonObject { ["records"] = all }.ToJsonString());
        });

    private static AgentConsoleContents Read(AgentConsoleFolder source, CommandRun run)
    {
        var day = run.Time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        try
        {
            return source.Read(Path.Combine(run.Data.Path, "quarantine", $"agent-console-{day}"));
        }
        catch (AgentConsoleException problem)
        {
            throw new CliProblemException(problem.Message + "\nNothing was imported.");
        }
    }

    /// <summary>The server's answer, and what became of the processes, which the server does not see.</summary>
    private static string WithProcesses(string json, IReadOnlyList<string> orphans)
    {
        var answer = JsonNode.Parse(json)?.AsObject() ?? [];
        answer["processes"] = new JsonArray([.. orphans.Select(orphan => JsonValue.Create(orphan))]);
        return answer.ToJsonString();
    }

    private static void Report(Output output, string json, IReadOnlyList<string> orphans)
    {
        var reply = JsonDocument.Parse(json).RootElement;
        foreach (var kind in reply.GetProperty("imported").EnumerateObject())
        {
            output.Line($"{kind.Value.GetProperty("added").GetInt32()} {kind.Name} added, {kind.Value.GetProperty("known").GetInt32()} were here already");
        }

        foreach (var note in reply.GetProperty("notes").EnumerateArray())
        {
            output.Line(note.GetString() ?? "");
        }

        foreach (var orphan in orphans)
        {
            output.Line(orphan);
        }
    }
}
