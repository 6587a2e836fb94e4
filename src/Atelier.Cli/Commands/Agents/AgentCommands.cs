using System.CommandLine;
using Atelier.Client.Agents;
using Atelier.Client.Api;
using Atelier.Cli.Commands.Repositories;

namespace Atelier.Cli.Commands.Agents;

/// <summary><c>atelier agents</c>: tasks for programs, what they do, and getting their work in.</summary>
internal static class AgentCommands
{
    public static Command Make() => new("agents", "Tasks given to programs")
    {
        Create(), AgentLists.List(), AgentLists.Search(), Show(), Send(), Follow(), QueueCommand.Make(), Cancel(), Retry(), AddWork(), End("complete", "completed", "End an agent whose work is done"),
        End("abandon", "cancelled", "End an agent whose work is not wanted"), AgentLists.Archive(), AgentLists.Unarchive(), Delete(),
        DiffCommand.Make(), CheckpointCommands.Checkpoints(), CheckpointCommands.Restore(), ReviewCommand.Make(), LandCommands.Forecast(), LandCommands.Land(),
    };

    private static Command Create()
    {
        var request = new Argument<string>("request") { Description = "What is to be done" };
        var repository = new Option<string>("--repo") { Description = "Where: id, owner/name or name", Required = true };
        var program = new Option<string>("--program") { Description = "Who does it; see: atelier programs list", DefaultValueFactory = _ => "demo" };
        var from = new Option<string?>("--from") { Description = "What its branch starts from (default: the repository's default branch)" };
        var branch = new Option<string?>("--branch") { Description = "Its branch (default: made from the request)" };
        var title = new Option<string?>("--title") { Description = "For people" };
        var tokens = new Option<long?>("--budget-tokens") { Description = "Ask a person when it has used so many tokens" };
        var minutes = new Option<int?>("--budget-minutes") { Description = "Ask a person when it has worked so long" };
        var cost = new Option<decimal?>("--budget-cost") { Description = "Ask a person when its program reports such a cost" };
        var wait = new Option<bool>("--wait") { Description = "Show the work, and end with it" };
        var type = Type("Who does its first line of work: zed_agent, the program (default), helix_agent, the built-in agent, or simple, chat without tools");
        return new Command("create", "Give a task to a program") { request, repository, program, from, branch, title, type, tokens, minutes, cost, wait }.Runs(
            async (run, cancellationToken) =>
            {
                var asked = new CreateAgent(
                    run.Value(request),
                    await RepositoryIds.FindAsync(run.Api, run.Value(repository)!, cancellationToken), // required
                    run.Value(program)!, // has a default
                    run.Value(from),
                    run.Value(title),
                    run.Value(branch),
                    run.Value(tokens) is null && run.Value(minutes) is null && run.Value(cost) is null ? null : new AgentBudget(run.Value(tokens), run.Value(minutes), run.Value(cost)),
                    run.Value(type));
                var json = await run.Api.SendAsync(HttpMethod.Post, "/api/agents", asked, ApiJson.Default.CreateAgent, cancellationToken);
                var made = ApiClient.Read(json, ApiJson.Default.AgentAnswer);
                run.Output.Answer(json, output => Print(output, made));
                return run.Value(wait) && made.Turns is [var first, ..]
                    ? await new AgentFollowing(run, made.Agent.Id).UntilAsync(first.Id, cancellationToken)
                    : ExitCodes.Done;
            });
    }

    private static Command Show()
    {
        var id = AgentIds.Argument();
        return new Command("show", "Show an agent and what is going on") { id }.Runs(async (run, cancellationToken) =>
        {
            var json = await run.Api.SendAsync(HttpMethod.Get, await AgentIds.PathAsync(run.Api, run.Value(id), cancellationToken), cancellationToken);
            run.Output.Answer(json, output => Print(output, ApiClient.Read(json, ApiJson.Default.AgentAnswer)));
        });
    }

    private static Command Send()
    {
        var id = AgentIds.Argument();
        var text = new Argument<string>("text") { Description = "What it is asked" };
        var workSession = new Option<string?>("--work-session") { Description = "In which line of work (default: the first)" };
        var interrupt = new Option<bool>("--interrupt") { Description = "End what it does now for it" };
        var wait = new Option<bool>("--wait") { Description = "Show the work, and end with it" };
        return new Command("send", "Ask an agent something") { id, text, workSession, interrupt, wait }.Runs(async (run, cancellationToken) =>
        {
            var agent = await AgentIds.FindAsync(run.Api, run.Value(id), cancellationToken);
            var json = await run.Api.SendAsync(
                HttpMethod.Post,
                $"/api/agents/{Uri.EscapeDataString(agent)}/messages",
                new SendMessage(run.Value(text), run.Value(workSession), run.Value(interrupt) ? true : null),
                ApiJson.Default.SendMessage,
                cancellationToken);
            var turn = ApiClient.Read(json, ApiJson.Default.TurnAnswer).Turn;
            run.Output.Answer(json, output => output.Line($"{turn.Id}  {turn.State}"));
            return run.Value(wait) ? await new AgentFollowing(run, agent).UntilAsync(turn.Id, cancellationToken) : ExitCodes.Done;
        });
    }

    private static Command Follow()
    {
        var id = AgentIds.Argument();
        var from = new Option<long>("--after") { Description = "Number of the event after which to begin" };
        return new Command("follow", "Show an agent's work as it comes, from its beginning") { id, from }.Runs(async (run, cancellationToken) =>
            await new AgentFollowing(run, await AgentIds.FindAsync(run.Api, run.Value(id), cancellationToken)).AllAsync(run.Value(from), cancellationToken));
    }

    private static Command Cancel()
    {
        var id = AgentIds.Argument();
        var turn = new Argument<string?>("turn") { Description = "Which turn (default: those in flight)", Arity = ArgumentArity.ZeroOrOne };
        return new Command("cancel", "End what an agent is doing") { id, turn }.Runs(async (run, cancellationToken) =>
        {
            var path = await AgentIds.PathAsync(run.Api, run.Value(id), cancellationToken);
            var turns = run.Parsed.GetValue(turn) is { } given
                ? [given]
                : ApiClient.Read(await run.Api.SendAsync(HttpMethod.Get, path, cancellationToken), ApiJson.Default.AgentAnswer)
                    .Turns.Where(one => one.IsInFlight).Select(one => one.Id).ToArray();
            foreach (var one in turns)
            {
                await run.Api.SendAsync(HttpMethod.Post, $"{path}/turns/{Uri.EscapeDataString(one)}/cancel", cancellationToken);
            }

            run.Output.Answer("{}", output => output.Line(turns.Length == 0 ? "It is not doing anything." : $"Cancelled {string.Join(", ", turns)}"));
        });
    }

    private static Command Retry()
    {
        var id = AgentIds.Argument();
        var turn = new Argument<string>("turn") { Description = "Which turn" };
        return new Command("retry", "Try a turn again that failed or was cancelled") { id, turn }.Runs(async (run, cancellationToken) =>
        {
            var json = await run.Api.SendAsync(
                HttpMethod.Post, $"{await AgentIds.PathAsync(run.Api, run.Value(id), cancellationToken)}/turns/{Uri.EscapeDataString(run.Value(turn))}/retry", cancellationToken);
            run.Output.Answer(json, output => output.Line(ApiClient.Read(json, ApiJson.Default.TurnAnswer).Turn.State));
        });
    }

    private static Command AddWork()
    {
        var id = AgentIds.Argument();
        var name = new Argument<string>("name") { Description = "For people" };
        var type = Type("Who does it: zed_agent, the agent's program (default), helix_agent, the built-in agent, or simple, chat without tools");
        return new Command("work", "Add a line of work to an agent") { id, name, type }.Runs(async (run, cancellationToken) =>
        {
            var json = await run.Api.SendAsync(
                HttpMethod.Post,
                $"{await AgentIds.PathAsync(run.Api, run.Value(id), cancellationToken)}/work-sessions",
                new AddWorkSession(run.Value(name), run.Value(type) ?? "zed_agent"),
                ApiJson.Default.AddWorkSession,
                cancellationToken);
            run.Output.Answer(json, output => output.Line("Added. Ask it something: atelier agents send AGENT TEXT --work-session ID"));
        });
    }

    private static Option<string?> Type(string description)
    {
        var type = new Option<string?>("--type") { Description = description };
        type.AcceptOnlyFromAmong("zed_agent", "helix_agent", "simple");
        return type;
    }

    private static Command End(string verb, string status, string description)
    {
        var id = AgentIds.Argument();
        return new Command(verb, description) { id }.Runs((run, cancellationToken) =>
            ChangeAsync(run, run.Value(id), new ChangeAgent(Status: status), cancellationToken));
    }

    private static Command Delete()
    {
        var id = AgentIds.Argument();
        var discard = new Option<bool>("--discard-work") { Description = "Remove the worktree even if work in it would be lost" };
        var keep = new Option<bool>("--keep-worktree") { Description = "Leave the worktree where it is" };
        return new Command("delete", "End an agent and remove it with its session") { id, discard, keep }.Runs(async (run, cancellationToken) =>
        {
            var query = run.Value(discard) ? "?discardWork=true" : run.Value(keep) ? "?keepWorktree=true" : "";
            await run.Api.SendAsync(HttpMethod.Delete, await AgentIds.PathAsync(run.Api, run.Value(id), cancellationToken) + query, cancellationToken);
            run.Output.Done();
        });
    }

    private static async Task ChangeAsync(CommandRun run, string called, ChangeAgent change, CancellationToken cancellationToken)
    {
        var json = await run.Api.SendAsync(
            HttpMethod.Patch, await AgentIds.PathAsync(run.Api, called, cancellationToken), change, ApiJson.Default.ChangeAgent, cancellationToken);
        run.Output.Answer(json, output => Print(output, ApiClient.Read(json, ApiJson.Default.AgentAnswer)));
    }

    private static void Print(Output output, AgentAnswer answer)
    {
        var agent = answer.Agent;
        output.Line($"{agent.Id}  {AgentText.Shortened(agent.Title ?? agent.TaskRequest)}  {agent.Activity}");
        output.Line($"{agent.RepositoryOwner}/{agent.RepositoryName}  {agent.Branch}  {agent.AgentProgramId}{(agent.SessionId is { } session ? $"  {session}" : "")}");
        if (agent.Problem is { } problem)
        {
            output.Line(problem);
        }

        output.Table(
            "No work sessions.",
            ["WORK SESSION", "NAME", "STATUS", "TURN", "STATE"],
            answer.WorkSessions.Select(one =>
            {
                var turn = answer.Turns.LastOrDefault(turn => turn.WorkSessionId == one.Id && turn.IsInFlight) ?? answer.Turns.LastOrDefault(turn => turn.WorkSessionId == one.Id);
                return new[] { one.Id, one.Name, one.Status, turn?.Id ?? "", turn?.Problem is { } why ? $"{turn.State}: {why}" : turn?.State ?? "" };
            }));
        foreach (var request in answer.Requests)
        {
            output.Line(AgentText.Question(request));
        }
    }
}
