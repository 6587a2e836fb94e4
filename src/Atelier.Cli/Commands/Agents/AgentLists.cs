using System.CommandLine;
using Atelier.Client.Agents;
using Atelier.Client.Api;
using Atelier.Cli.Commands.Repositories;

namespace Atelier.Cli.Commands.Agents;

/// <summary><c>atelier agents list|search|archive|unarchive</c>: finding agents, and setting them aside.</summary>
internal static class AgentLists
{
    private const int MostAtOnce = 500;

    public static Command List()
    {
        var state = new Option<string?>("--state") { Description = "Only those: working, needs-you, to-review, failed, done; several with commas" };
        var repository = new Option<string?>("--repo") { Description = "Only of a repository: id, owner/name or name" };
        var program = new Option<string?>("--program") { Description = "Only by a program" };
        var mine = new Option<bool>("--mine") { Description = "Only your own" };
        var archived = new Option<bool>("--archived") { Description = "Archived ones, too" };
        var limit = new Option<int>("--limit") { Description = $"How many at most, up to {MostAtOnce}", DefaultValueFactory = _ => 100 };
        return new Command("list", "List agents, the newest first") { state, repository, program, mine, archived, limit }.Runs(async (run, cancellationToken) =>
        {
            var query = $"limit={run.Value(limit)}{(run.Value(mine) ? "&mine=true" : "")}{(run.Value(archived) ? "&archived=true" : "")}"
                + $"{Given("state", run.Value(state))}{Given("program", run.Value(program))}"
                + (run.Value(repository) is { } called ? Given("repository", await RepositoryIds.FindAsync(run.Api, called, cancellationToken)) : "");
            var json = await run.Api.SendAsync(HttpMethod.Get, $"/api/agents?{query}", cancellationToken);
            var page = ApiClient.Read(json, ApiJson.Default.AgentsAnswer);
            run.Output.Answer(json, output =>
            {
                output.Table(
                    "No agents. Give a task: atelier agents create --repo REPOSITORY \"what is to be done\"",
                    ["ID", "TASK", "STATE", "REPOSITORY", "BRANCH", "PROGRAM"],
                    page.Agents.Select(agent => new[]
                    {
                        agent.Id, AgentText.Shortened(agent.Title ?? agent.TaskRequest), agent.Activity, $"{agent.RepositoryOwner}/{agent.RepositoryName}", agent.Branch ?? "", agent.AgentProgramId,
                    }));
                if (page.Next is not null)
                {
                    Output.Problem("There are more: narrow the list, or raise --limit.");
                }
            });
        });
    }

    public static Command Search()
    {
        var words = new Argument<string[]>("words") { Description = "What to look for; \"several words\" for a phrase, -word for what is not to be there", Arity = ArgumentArity.OneOrMore };
        var archived = new Option<bool>("--archived") { Description = "In archived agents, too" };
        var limit = new Option<int>("--limit") { Description = "How many at most", DefaultValueFactory = _ => 30 };
        return new Command("search", "Look for words in what was asked and what programs said") { words, archived, limit }.Runs(async (run, cancellationToken) =>
        {
            var looked = string.Join(' ', run.Value(words).Select(word => word.Contains(' ', StringComparison.Ordinal) && run.Value(words).Count > 1 ? $"\"{word}\"" : word));
            var json = await run.Api.SendAsync(
                HttpMethod.Get, $"/api/agents/search?q={Uri.EscapeDataString(looked)}&limit={run.Value(limit)}{(run.Value(archived) ? "&archived=true" : "")}", cancellationToken);
            var found = ApiClient.Read(json, ApiJson.Default.FoundPlaces);
            run.Output.Answer(json, output =>
            {
                output.Table(
                    "Nothing was found.",
                    ["AGENT", "TASK", "WORK SESSION", "EVENT", "WHO", "TEXT"],
                    found.Results.Select(place => new[]
                    {
                        place.Agent.Id, AgentText.Shortened(place.Agent.Title ?? place.Agent.TaskRequest ?? ""), place.WorkSession.Name ?? "",
                        $"{place.Seq}", place.Kind == "prompt" ? "asked" : "said", place.Snippet,
                    }));
                if (found.HasMore)
                {
                    Output.Problem("There are older ones: say more words, or raise --limit.");
                }
            });
        });
    }

    public static Command Archive()
    {
        var ids = Several();
        var done = new Option<bool>("--done") { Description = "All of your own with which nothing is to be done" };
        return new Command("archive", "Set agents aside, out of the lists; what they do ends") { ids, done }.Runs((run, cancellationToken) =>
            run.Value(done) ? SetAllAsync(run, cancellationToken) : SetAsync(run, run.Value(ids), isArchived: true, cancellationToken));
    }

    public static Command Unarchive()
    {
        var ids = Several();
        return new Command("unarchive", "Put agents back into the lists") { ids }.Runs((run, cancellationToken) => SetAsync(run, run.Value(ids), isArchived: false, cancellationToken));
    }

    /// <summary>All agents that a query gives, page after page.</summary>
    public static async Task<IReadOnlyList<Agent>> AllAsync(ApiClient api, string query, CancellationToken cancellationToken)
    {
        var all = new List<Agent>();
        string? cursor = null;
        do
        {
            var json = await api.SendAsync(HttpMethod.Get, $"/api/agents?{query}&limit={MostAtOnce}{Given("cursor", cursor)}", cancellationToken);
            var page = ApiClient.Read(json, ApiJson.Default.AgentsAnswer);
            all.AddRange(page.Agents);
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }

    private static Argument<string[]> Several() => new("agents") { Description = "Their ids, their branches, or the ends of either", Arity = ArgumentArity.ZeroOrMore };

    private static string Given(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private static async Task SetAllAsync(CommandRun run, CancellationToken cancellationToken) => await SetAsync(
        run, [.. (await AllAsync(run.Api, "state=done&mine=true", cancellationToken)).Select(agent => agent.Id)], isArchived: true, cancellationToken, areIds: true);

    private static async Task SetAsync(CommandRun run, IReadOnlyList<string> called, bool isArchived, CancellationToken cancellationToken, bool areIds = false)
    {
        if (called.Count == 0 && !areIds)
        {
            throw new CliProblemException("Say which agents. See: atelier agents list");
        }

        foreach (var one in called)
        {
            var path = areIds ? $"/api/agents/{Uri.EscapeDataString(one)}" : await AgentIds.PathAsync(run.Api, one, cancellationToken);
            var json = await run.Api.SendAsync(HttpMethod.Patch, path, new ChangeAgent(Archived: isArchived), ApiJson.Default.ChangeAgent, cancellationToken);
            var agent = ApiClient.Read(json, ApiJson.Default.AgentAnswer).Agent;
            run.Output.Answer(json, output => output.Line($"{agent.Id}  {AgentText.Shortened(agent.Title ?? agent.TaskRequest)}  {(isArchived ? "archived" : "back in the lists")}"));
        }

        if (called.Count == 0)
        {
            run.Output.Answer("{}", output => output.Line("None of your agents is done."));
        }
    }
}
