using System.CommandLine;
using Atelier.Client.Api;
using Atelier.Client.Reviews;

namespace Atelier.Cli.Commands.Agents;

/// <summary><c>atelier agents diff AGENT [--turn TURN] [--path FILE] [--stat]</c>.</summary>
internal static class DiffCommand
{
    public static Command Make()
    {
        var id = AgentIds.Argument();
        var turn = new Option<string?>("--turn") { Description = "Only what this turn did" };
        var path = new Option<string?>("--path") { Description = "Only this file, also where it has many changes" };
        var stat = new Option<bool>("--stat") { Description = "Only names and numbers" };
        return new Command("diff", "Show what an agent has changed, uncommitted work included") { id, turn, path, stat }.Runs(async (run, cancellationToken) =>
        {
            var query = string.Join('&', new[] { Parameter("turn", run.Value(turn)), Parameter("path", run.Value(path)) }.OfType<string>());
            var json = await run.Api.SendAsync(
                HttpMethod.Get, $"{await AgentIds.PathAsync(run.Api, run.Value(id), cancellationToken)}/diff{(query.Length > 0 ? $"?{query}" : "")}", cancellationToken);
            run.Output.Answer(json, output => Print(output, ApiClient.Read(json, ApiJson.Default.DiffAnswer).Diff, run.Value(stat)));
        });
    }

    private static string? Parameter(string name, string? value) => value is null ? null : $"{name}={Uri.EscapeDataString(value)}";

    private static void Print(Output output, WorkDiff diff, bool isShort)
    {
        if (isShort)
        {
            output.Table(
                "Nothing is different.",
                ["FILE", "", "+", "-"],
                diff.Files.Select(file => new[] { Name(file), file.Status, file.Binary ? "" : $"{file.Additions}", file.Binary ? "" : $"{file.Deletions}" }));
        }

        foreach (var file in isShort ? [] : diff.Files)
        {
            Print(output, file);
        }

        if (diff.FileCount > diff.Files.Count)
        {
            output.Line($"… and {diff.FileCount - diff.Files.Count} more files");
        }

        if (diff.LeftOut > 0)
        {
            output.Line($"{diff.LeftOut} untracked files are too big or too many to be shown.");
        }

        output.Line($"{diff.FileCount} files, +{diff.Additions} -{diff.Deletions}");
    }

    private static string Name(DiffFile file) => file.OldPath is { } old ? $"{old} → {file.Path}" : file.Path;

    private static void Print(Output output, DiffFile file)
    {
        output.Line($"{Name(file)} ({file.Status}, +{file.Additions} -{file.Deletions})", ConsoleColor.Yellow);
        if (file.Binary || file.TooLarge)
        {
            output.Line(file.Binary ? "  not text" : "  too long to show here; give --path");
        }

        foreach (var hunk in file.Hunks)
        {
            output.Line($"@@ -{hunk.OldStart},{hunk.OldLines} +{hunk.NewStart},{hunk.NewLines} @@ {hunk.Heading}", ConsoleColor.Cyan);
            foreach (var line in hunk.Lines)
            {
                switch (line.Length == 0 ? ' ' : line[0])
                {
                    case '+':
                        output.Line(line, ConsoleColor.Green);
                        break;
                    case '-':
                        output.Line(line, ConsoleColor.Red);
                        break;
                    default:
                        output.Line(line);
                        break;
                }
            }
        }

        output.Line("");
    }
}
