using System.CommandLine;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Workers;

/// <summary><c>atelier workers list|add|rename|restart|delete</c>.</summary>
internal static class WorkerCommands
{
    private static readonly Argument<string> s_worker = new("worker") { Description = WorkerNames.Description };

    public static Command Make() => new("workers", "Processes in sessions") { List(), Add(), Rename(), Restart(), Delete() };

    private static Command List() => new Command("list", "List workers of all sessions").Runs(async (run, cancellationToken) =>
    {
        var json = await run.Api.SendAsync(HttpMethod.Get, "/api/sessions", cancellationToken);
        run.Output.Answer(json, output => output.Table(
            "No workers yet.",
            ["ID", "SESSION", "NAME", "TYPE", "STATUS", "ACTIVITY"],
            ApiClient.Read(json, ApiJson.Default.SessionsAnswer).Sessions.SelectMany(session => session.Workers.Select(worker => new[]
            {
                worker.Id, session.Title ?? session.Id, worker.Name, worker.Type, worker.Status, worker.ActivityState ?? "",
            }))));
    });

    private static Command Add()
    {
        var session = new Argument<string>("session") { Description = "The session's id" };
        var command = new Argument<string[]>("command") { Description = "Program and arguments (default: your login shell)", Arity = ArgumentArity.ZeroOrMore };
        var name = new Option<string?>("--name") { Description = "Unique within the session" };
        var program = new Option<string?>("--program") { Description = "An agent worker with this program instead of a terminal" };
        var prompt = new Option<string?>("--prompt") { Description = "What the agent is told first" };
        var carryOn = new Option<bool>("--continue") { Description = "The agent goes on with its last conversation there" };
        return new Command("add", "Add a terminal or an agent to a session") { session, command, name, program, prompt, carryOn }.Runs(
            async (run, cancellationToken) =>
            {
                var isAgent = run.Value(program) is not null;
                if (!isAgent && (run.Value(prompt) is not null || run.Value(carryOn)))
                {
                    throw new CliProblemException("--prompt and --continue are for agents; name one with --program.", ExitCodes.Usage);
                }

                var request = new CreateWorker(
                    isAgent ? "agent" : "terminal",
                    run.Value(name),
                    run.Value(command) is { Count: > 0 } words ? words : null,
                    run.Value(program),
                    run.Value(prompt),
                    run.Value(carryOn) ? true : null);
                var json = await run.Api.SendAsync(
                    HttpMethod.Post,
                    $"/api/sessions/{Uri.EscapeDataString(run.Value(session))}/workers",
                    request,
                    ApiJson.Default.CreateWorker,
                    cancellationToken);
                run.Output.Answer(json, output =>
                {
                    var worker = ApiClient.Read(json, ApiJson.Default.WorkerAnswer).Worker;
                    output.Line($"{worker.Id}  {worker.Name}");
                });
            });
    }

    private static Command Rename()
    {
        var name = new Argument<string>("name") { Description = "Its new name" };
        return new Command("rename", "Rename a worker") { s_worker, name }.Runs(async (run, cancellationToken) =>
        {
            var found = await WorkerNames.FindAsync(run.Api, run.Value(s_worker), cancellationToken);
            var json = await run.Api.SendAsync(
                HttpMethod.Patch, found.Path, new RenameWorker(run.Value(name)), ApiJson.Default.RenameWorker, cancellationToken);
            run.Output.Answer(json, _ => { });
        });
    }

    private static Command Restart() => new Command("restart", "Start a worker's program again") { s_worker }.Runs(
        async (run, cancellationToken) =>
        {
            var found = await WorkerNames.FindAsync(run.Api, run.Value(s_worker), cancellationToken);
            var json = await run.Api.SendAsync(HttpMethod.Post, $"{found.Path}/restart", cancellationToken);
            run.Output.Answer(json, _ => { });
        });

    private static Command Delete() => new Command("delete", "End a worker and remove it, its output too") { s_worker }.Runs(
        async (run, cancellationToken) =>
        {
            var found = await WorkerNames.FindAsync(run.Api, run.Value(s_worker), cancellationToken);
            await run.Api.SendAsync(HttpMethod.Delete, found.Path, cancellationToken);
            run.Output.Done();
        });
}
