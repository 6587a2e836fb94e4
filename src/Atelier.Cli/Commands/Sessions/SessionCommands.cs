using System.CommandLine;
using Atelier.Client.Api;
using Atelier.Cli.Commands.Repositories;

namespace Atelier.Cli.Commands.Sessions;

/// <summary><c>atelier sessions list|show|create|delete</c>.</summary>
internal static class SessionCommands
{
    private const int NamesInList = 3;

    public static Command Make() => new("sessions", "Places with workers") { List(), Show(), Create(), Delete() };

    private static Command List() => new Command("list", "List sessions").Runs(async (run, cancellationToken) =>
    {
        var json = await run.Api.SendAsync(HttpMethod.Get, "/api/sessions", cancellationToken);
        run.Output.Answer(json, output => output.Table(
            "No sessions yet. Make one: atelier sessions create --path DIRECTORY",
            ["ID", "TITLE", "TYPE", "WHERE", "STATUS", "WORKERS"],
            ApiClient.Read(json, ApiJson.Default.SessionsAnswer).Sessions.Select(session => new[]
            {
                session.Id, session.Title ?? "", session.Type, session.Branch ?? session.LocationPath, session.Status,
                Names([.. session.Workers.Select(worker => worker.Name)]),
            })));
    });

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(NamesInList)) + (names.Count > NamesInList ? $" and {names.Count - NamesInList} more" : "");

    private static Command Show()
    {
        var id = new Argument<string>("session") { Description = "Its id" };
        return new Command("show", "Show a session and its workers") { id }.Runs(async (run, cancellationToken) =>
        {
            var json = await OfAsync(run, run.Value(id), HttpMethod.Get, query: "", cancellationToken);
            run.Output.Answer(json, output => Print(output, ApiClient.Read(json, ApiJson.Default.SessionAnswer).Session));
        });
    }

    private static Command Create()
    {
        var path = new Option<string?>("--path") { Description = "Directory of a quick session" };
        var repository = new Option<string?>("--repo") { Description = "Repository of a worktree session: id, or owner/name" };
        var branch = new Option<string?>("--branch") { Description = "Its branch; made when it is not there" };
        var from = new Option<string?>("--from") { Description = "What a new branch starts from" };
        var program = new Option<string?>("--program") { Description = "Start an agent with this program" };
        var prompt = new Option<string?>("--prompt") { Description = "What the agent is told first" };
        var carryOn = new Option<bool>("--continue") { Description = "The agent goes on with its last conversation there" };
        var title = new Option<string?>("--title") { Description = "For people" };
        return new Command("create", "Make a session, of a directory or of a branch")
        {
            path, repository, branch, from, program, prompt, carryOn, title,
        }.Runs(async (run, cancellationToken) =>
        {
            if ((run.Value(path) is null) == (run.Value(repository) is null))
            {
                throw new CliProblemException("Say where: either --path DIRECTORY, or --repo REPOSITORY --branch BRANCH.", ExitCodes.Usage);
            }

            if (run.Value(repository) is not null && string.IsNullOrEmpty(run.Value(branch)))
            {
                throw new CliProblemException("Say which branch: --branch BRANCH. It is made when it is not there.", ExitCodes.Usage);
            }

            var isQuick = run.Value(path) is not null;
            var request = new CreateSession(
                isQuick ? "quick" : "worktree",
                isQuick ? Path.GetFullPath(run.Value(path)!) : null, // isQuick says it is there
                isQuick ? null : await RepositoryIds.FindAsync(run.Api, run.Value(repository)!, cancellationToken), // not quick: it is there
                run.Value(branch),
                run.Value(from),
                run.Value(program),
                run.Value(prompt),
                run.Value(carryOn) ? true : null,
                run.Value(title));
            Task<string> MakeAsync() =>
                run.Api.SendAsync(HttpMethod.Post, "/api/sessions", request, ApiJson.Default.CreateSession, cancellationToken);
            var json = isQuick
                ? await MakeAsync()
                : await new LongWork(run, operation => operation.StartsWith($"{request.RepositoryId}#{request.Branch}#", StringComparison.Ordinal))
                    .DoAsync(_ => MakeAsync(), cancellationToken);
            run.Output.Answer(json, output => Print(output, ApiClient.Read(json, ApiJson.Default.SessionAnswer).Session));
        });
    }

    private static Command Delete()
    {
        var id = new Argument<string>("session") { Description = "Its id" };
        var discard = new Option<bool>("--discard-work") { Description = "Remove the worktree even if work in it would be lost" };
        var keep = new Option<bool>("--keep-worktree") { Description = "Leave the worktree where it is" };
        return new Command("delete", "End a session's workers and remove it") { id, discard, keep }.Runs(
            async (run, cancellationToken) =>
            {
                var query = run.Value(discard) ? "?discardWork=true" : run.Value(keep) ? "?keepWorktree=true" : "";
                await OfAsync(run, run.Value(id), HttpMethod.Delete, query, cancellationToken);
                run.Output.Done();
            });
    }

    private static void Print(Output output, Session session)
    {
        output.Line($"{session.Id}  {session.Title}  {session.Branch ?? session.LocationPath}  {session.Status}");
        output.Table(
            "No workers.",
            ["ID", "NAME", "TYPE", "STATUS", "ACTIVITY"],
            session.Workers.Select(worker => new[]
            {
                worker.Id, worker.Name, worker.Type, worker.Status, worker.ActivityState ?? "",
            }));
    }

    /// <summary>Calls the route of one session; says which there is not.</summary>
    private static async Task<string> OfAsync(CommandRun run, string id, HttpMethod method, string query, CancellationToken cancellationToken)
    {
        try
        {
            return await run.Api.SendAsync(method, $"/api/sessions/{Uri.EscapeDataString(id)}{query}", cancellationToken);
        }
        catch (ProblemException problem) when (problem.Problem.Type is "/problems/not-found" or "/problems/session-not-found")
        {
            throw new CliProblemException($"There is no session {id}. See: atelier sessions list");
        }
    }
}
