using System.CommandLine;
using System.Text.Json;
using Atelier.Cli.Commands.Repositories;
using Atelier.Client.Agents;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Inbox;

/// <summary><c>atelier inbox rules</c>, and <c>atelier inbox rules revoke</c>.</summary>
internal static class RuleCommands
{
    public static Command Make()
    {
        var repository = new Option<string?>("--repo") { Description = "Of this repository alone: its id, or owner/name" };
        return new Command("rules", "List what is always allowed, or never") { repository, Revoke() }.Runs(async (run, cancellationToken) =>
        {
            var rules = new List<(string Repository, PermissionRule Rule)>();
            foreach (var (id, name) in await RepositoriesAsync(run, run.Value(repository), cancellationToken))
            {
                rules.AddRange((await RulesAsync(run, id, cancellationToken)).Select(rule => (name, rule)));
            }

            run.Output.Answer(
                JsonSerializer.Serialize(new PermissionRulesAnswer([.. rules.Select(one => one.Rule)]), ApiJson.Default.PermissionRulesAnswer),
                output => output.Table(
                    "There are no rules. Make one with an answer: atelier inbox answer ITEM allow_once --remember repository",
                    ["ID", "REPOSITORY", "SAYS", "TOOL", "WHAT", "USED", "STATE"],
                    rules.Select(one => new[]
                    {
                        one.Rule.Id,
                        one.Repository,
                        one.Rule.Decision,
                        one.Rule.AgentProgramId is { } program ? $"{one.Rule.ToolKind} of {program}" : one.Rule.ToolKind,
                        $"{one.Rule.Pattern}{(one.Rule.Match == "prefix" ? " …" : "")}{(one.Rule.Folder.Length > 0 ? $" in {one.Rule.Folder}" : "")}".ReplaceLineEndings(" "),
                        $"{one.Rule.TimesUsed}",
                        one.Rule.RevokedAt is null ? "holds" : "revoked",
                    })));
        });
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("rule") { Description = "Its id" };
        return new Command("revoke", "Revoke a rule: what it says is asked again") { id }.Runs(async (run, cancellationToken) =>
        {
            foreach (var (repository, _) in await RepositoriesAsync(run, called: null, cancellationToken))
            {
                if ((await RulesAsync(run, repository, cancellationToken)).Any(rule => rule.Id == run.Value(id)))
                {
                    await run.Api.SendAsync(HttpMethod.Delete, $"{PathOf(repository)}/{Uri.EscapeDataString(run.Value(id))}", cancellationToken);
                    run.Output.Done();
                    return;
                }
            }

            throw new CliProblemException($"There is no rule {run.Value(id)}. See: atelier inbox rules");
        });
    }

    private static async Task<IReadOnlyList<(string Id, string Name)>> RepositoriesAsync(CommandRun run, string? called, CancellationToken cancellationToken)
    {
        var json = await run.Api.SendAsync(HttpMethod.Get, "/api/repositories", cancellationToken);
        var only = called is null ? null : await RepositoryIds.FindAsync(run.Api, called, cancellationToken);
        return [.. ApiClient.Read(json, ApiJson.Default.RepositoriesAnswer).Repositories.Where(one => only is null || one.Id == only).Select(one => (one.Id, $"{one.Owner}/{one.Name}"))];
    }

    private static async Task<IReadOnlyList<PermissionRule>> RulesAsync(CommandRun run, string repository, CancellationToken cancellationToken) =>
        ApiClient.Read(await run.Api.SendAsync(HttpMethod.Get, PathOf(repository), cancellationToken), ApiJson.Default.PermissionRulesAnswer).Rules;

    private static string PathOf(string repository) => $"/api/repositories/{Uri.EscapeDataString(repository)}/permission-rules";
}
