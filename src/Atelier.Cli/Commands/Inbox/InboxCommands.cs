using System.CommandLine;
using System.Text.Json;
using Atelier.Client.Agents;
using Atelier.Client.Api;
using Atelier.Cli.Commands.Agents;

namespace Atelier.Cli.Commands.Inbox;

/// <summary><c>atelier inbox list|answer</c>.</summary>
internal static class InboxCommands
{
    public static Command Make() => new("inbox", "What waits for a person") { List(), Answer() };

    private static Command List() => new Command("list", "List open questions").Runs(async (run, cancellationToken) =>
    {
        var json = await run.Api.SendAsync(HttpMethod.Get, "/api/inbox", cancellationToken);
        run.Output.Answer(json, output =>
        {
            var items = ApiClient.Read(json, ApiJson.Default.InboxAnswer).Items;
            if (items.Count == 0)
            {
                output.Line("Nothing waits for you.");
            }

            foreach (var item in items)
            {
                output.Line($"{item.Agent.Title ?? item.Agent.TaskRequest} ({item.Agent.Id})");
                output.Line(AgentText.Question(item.Request));
            }
        });
    });

    private static Command Answer()
    {
        var id = new Argument<string>("request") { Description = "Its id" };
        var decision = new Argument<string?>("decision")
        {
            Description = "allow_once, allow_always, reject_once or reject_always",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var option = new Option<string?>("--option") { Description = "One of the program's own options, by its id" };
        var action = new Option<string?>("--action") { Description = "accept, decline or cancel, for a question that is no permission" };
        var content = new Option<string?>("--content") { Description = "What is filled in, as JSON" };
        return new Command("answer", "Answer a question") { id, decision, option, action, content }.Runs(async (run, cancellationToken) =>
        {
            var answer = new AnswerRequest(run.Value(option), run.Parsed.GetValue(decision), run.Value(action), Json(run.Value(content)));
            var json = await run.Api.SendAsync(
                HttpMethod.Post, $"/api/inbox/{Uri.EscapeDataString(run.Value(id))}/answer", answer, ApiJson.Default.AnswerRequest, cancellationToken);
            run.Output.Answer(json, output => output.Line(ApiClient.Read(json, ApiJson.Default.AgentRequestAnswer).Request.State));
        });
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
