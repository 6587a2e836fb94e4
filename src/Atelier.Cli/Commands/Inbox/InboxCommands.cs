using System.CommandLine;
using System.Text.Json;
using Atelier.Cli.Commands.Agents;
using Atelier.Cli.Commands.Repositories;
using Atelier.Client.Agents;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Inbox;

/// <summary><c>atelier inbox list|show|answer|dismiss|rules</c>.</summary>
internal static class InboxCommands
{
    public static Command Make() => new("inbox", "What waits for a person") { List(), Show(), Answer(), Dismiss(), RuleCommands.Make() };

    private static Command List()
    {
        var state = new Option<string?>("--state") { Description = "open (default), answered, dismissed, expired, withdrawn, over or all; several with commas between" };
        var kind = new Option<string?>("--kind") { Description = "permission, question, budget, finished or failed; several with commas between" };
        var agent = new Option<string?>("--agent") { Description = "Of this agent alone" };
        var repository = new Option<string?>("--repo") { Description = "Of this repository alone: its id, or owner/name" };
        var limit = new Option<int?>("--limit") { Description = "So many at most (default: 100)" };
        return new Command("list", "List what waits, or did") { state, kind, agent, repository, limit }.Runs(async (run, cancellationToken) =>
        {
            var query = new List<string>();
            Add(query, "state", run.Value(state));
            Add(query, "kind", run.Value(kind));
            Add(query, "agent", run.Value(agent) is { } called ? await AgentIds.FindAsync(run.Api, called, cancellationToken) : null);
            Add(query, "repository", run.Value(repository) is { } name ? await RepositoryIds.FindAsync(run.Api, name, cancellationToken) : null);
            Add(query, "limit", run.Value(limit)?.ToString(System.Globalization.CultureInfo.InvariantCulture));
            var json = await run.Api.SendAsync(HttpMethod.Get, $"/api/inbox?{string.Join('&', query)}", cancellationToken);
            run.Output.Answer(json, output =>
            {
                var answer = ApiClient.Read(json, ApiJson.Default.InboxAnswer);
                if (answer.Items.Count == 0)
                {
                    output.Line(run.Value(state) is null ? "Nothing waits for you." : "There is nothing.");
                }

                foreach (var item in answer.Items)
                {
                    Print(output, item);
                }

                if (answer.Next is not null)
                {
                    output.Line("There is more: --limit");
                }
            });
        });
    }

    private static Command Show()
    {
        var id = Item();
        return new Command("show", "Show an item with all that belongs to it") { id }.Runs(async (run, cancellationToken) =>
        {
            var json = await run.Api.SendAsync(HttpMethod.Get, PathOf(run.Value(id)), cancellationToken);
            run.Output.Answer(json, output => Print(output, ApiClient.Read(json, ApiJson.Default.InboxItemAnswer).Item));
        });
    }

    private static Command Answer()
    {
        var id = Item();
        var decision = new Argument<string?>("decision")
        {
            Description = "allow_once, allow_always, reject_once or reject_always",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var option = new Option<string?>("--option") { Description = "One of the program's own options, by its id" };
        var action = new Option<string?>("--action") { Description = "accept, decline or cancel for a question, continue or stop for a budget, retry for what failed" };
        var content = new Option<string?>("--content") { Description = "What is filled in, as JSON" };
        var remember = new Option<string?>("--remember") { Description = "repository: answer the same in the same way from now on, for all agents of the repository" };
        var pattern = new Option<string?>("--pattern") { Description = "Remember these leading words instead of the whole command" };
        var program = new Option<bool>("--only-this-program") { Description = "Remember it for the program that asks alone" };
        return new Command("answer", "Answer what waits") { id, decision, option, action, content, remember, pattern, program }.Runs(async (run, cancellationToken) =>
        {
            var answer = new AnswerRequest(
                run.Value(option),
                run.Parsed.GetValue(decision),
                run.Value(action),
                Json(run.Value(content)),
                run.Value(remember),
                run.Value(pattern),
                run.Value(program) ? true : null);
            var json = await run.Api.SendAsync(HttpMethod.Post, $"{PathOf(run.Value(id))}/answer", answer, ApiJson.Default.AnswerRequest, cancellationToken);
            run.Output.Answer(json, output => Print(output, ApiClient.Read(json, ApiJson.Default.InboxItemAnswer).Item));
        });
    }

    private static Command Dismiss()
    {
        var id = Item();
        return new Command("dismiss", "Set aside what an agent has finished, or failed at") { id }.Runs(async (run, cancellationToken) =>
        {
            var json = await run.Api.SendAsync(HttpMethod.Post, $"{PathOf(run.Value(id))}/dismiss", cancellationToken);
            run.Output.Answer(json, output => Print(output, ApiClient.Read(json, ApiJson.Default.InboxItemAnswer).Item));
        });
    }

    private static Argument<string> Item() => new("item") { Description = "Its id, or the id of its question" };

    private static string PathOf(string id) => $"/api/inbox/{Uri.EscapeDataString(id)}";

    private static void Add(List<string> query, string name, string? value)
    {
        if (value is not null)
        {
            query.Add($"{name}={Uri.EscapeDataString(value)}");
        }
    }

    private static void Print(Output output, InboxItem item)
    {
        var thread = item.ThreadName is null ? "" : $", {item.ThreadName}";
        output.Line($"{item.Id}  {item.Kind}  {item.State}  {item.Agent.Title ?? item.Agent.TaskRequest} ({item.Agent.RepositoryOwner}/{item.Agent.RepositoryName}{thread})");
        if (item is { State: "open", Request: { } request })
        {
            output.Line(AgentText.Question(request, item.Id));
        }
        else
        {
            output.Line($"  {item.Title}{(item.Summary is { } more ? $": {more}" : "")}");
        }

        if (item.State == "open" && item.Kind is "budget" or "failed" or "finished")
        {
            output.Line(item.Kind switch
            {
                "budget" => $"  atelier inbox answer {item.Id} --action continue | stop",
                "failed" => $"  atelier inbox answer {item.Id} --action retry, or atelier inbox dismiss {item.Id}",
                _ => $"  atelier inbox dismiss {item.Id}",
            });
        }

        if (item is { State: "open", ExpiresAt: { } expires })
        {
            output.Line($"  expires {expires.ToLocalTime():g}");
        }

        if (item.State != "open")
        {
            var by = item.AnsweredByName ?? (item.Rule is { } rule ? $"the rule {rule}" : null);
            output.Line($"  {item.Answer ?? item.State}{(by is null ? "" : $" by {by}")}{(item.AnsweredAt is { } at ? $", {at.ToLocalTime():g}" : "")}");
        }
    }

    private static JsonElement? Json(string? text)
    {
        try
        {
            return text is null ? null : JsonElement.Parse(text);
        }
        catch (JsonException broken)
        {
            throw new CliProblemException($"--content is no JSON: {broken.Message}", ExitCodes.Usage);
        }
    }
}
