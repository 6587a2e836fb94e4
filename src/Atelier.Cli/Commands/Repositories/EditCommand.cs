using System.CommandLine;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Repositories;

/// <summary><c>atelier repositories edit</c>: how a repository's worktrees are set up.</summary>
internal static class EditCommand
{
    public static Command Make()
    {
        var which = new Argument<string>("repository") { Description = RepositoryIds.Description };
        var branch = new Option<string?>("--default-branch") { Description = "What new branches start from" };
        var setup = new Option<string?>("--setup-command") { Description = "Run by sh in each new worktree; empty for none" };
        var templates = Several("--template", "A file written into each new worktree, as PATH=FILE-TO-READ; all of them, or one empty for none");
        var copies = Several("--copy", "Untracked files copied into each new worktree, such as '.env*'; all of them, or one empty for none");
        return new Command("edit", "Change how a repository's worktrees are set up; what is not named stays") { which, branch, setup, templates, copies }.Runs(
            async (run, cancellationToken) =>
            {
                var id = await RepositoryIds.FindAsync(run.Api, run.Value(which), cancellationToken);
                var change = new ChangeRepository(
                    run.Value(branch),
                    run.Value(setup),
                    Given(run, templates)?.Select(Template).ToDictionary(StringComparer.Ordinal),
                    Given(run, copies));
                var json = await run.Api.SendAsync(
                    HttpMethod.Patch, $"/api/repositories/{Uri.EscapeDataString(id)}", change, ApiJson.Default.ChangeRepository, cancellationToken);
                run.Output.Answer(json, _ => { });
            });
    }

    private static Option<string[]> Several(string name, string description) => new(name) { Description = description };

    /// <summary>Null when the option was not given.</summary>
    private static string[]? Given(CommandRun run, Option<string[]> option) =>
        run.Parsed.GetResult(option) is null ? null : [.. (run.Value(option) ?? []).Where(value => value.Length > 0)];

    private static KeyValuePair<string, string> Template(string given)
    {
        if (given.Split('=', 2) is not [{ Length: > 0 } path, { Length: > 0 } file])
        {
            throw new CliProblemException($"'{given}' is not PATH=FILE-TO-READ, such as .env=templates/env.", ExitCodes.Usage);
        }

        try
        {
            return new(path, File.ReadAllText(file));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CliProblemException($"The template {file} cannot be read: {problem.Message}");
        }
    }
}
