using System.CommandLine;
using System.Globalization;
using Atelier.Client.Api;
using Atelier.Client.Reviews;

namespace Atelier.Cli.Commands.Agents;

/// <summary><c>atelier agents review list|comment|send|resolve|delete</c>.</summary>
internal static class ReviewCommand
{
    public static Command Make() => new("review", "Comment on what an agent has changed") { List(), Comment(), Send(), Resolve(), Delete() };

    private static Command List()
    {
        var id = AgentIds.Argument();
        return new Command("list", "List comments") { id }.Runs(async (run, cancellationToken) =>
        {
            var json = await run.Api.SendAsync(HttpMethod.Get, await CommentsAsync(run, run.Value(id), cancellationToken), cancellationToken);
            run.Output.Answer(json, output => output.Table(
                "No comments yet. Write one: atelier agents review comment AGENT FILE:LINE TEXT",
                ["ID", "STATE", "PLACE", "TEXT"],
                ApiClient.Read(json, ApiJson.Default.CommentsAnswer).Comments.Select(one => new[]
                {
                    one.Id, one.State, $"{one.Path}:{one.Line}{(one.LastLine > one.Line ? $"-{one.LastLine}" : "")}{(one.Side == "old" ? " (before)" : "")}", one.Body.ReplaceLineEndings(" "),
                })));
        });
    }

    private static Command Comment()
    {
        var id = AgentIds.Argument();
        var place = new Argument<string>("place") { Description = "FILE:LINE or FILE:LINE-LINE" };
        var text = new Argument<string>("text") { Description = "What is said" };
        var old = new Option<bool>("--old") { Description = "The lines as they were before" };
        var turn = new Option<string?>("--turn") { Description = "As this turn's diff has them" };
        return new Command("comment", "Say something to lines; the agent hears it when comments are sent") { id, place, text, old, turn }.Runs(async (run, cancellationToken) =>
        {
            var (path, line, last) = PlaceOf(run.Value(place));
            var json = await run.Api.SendAsync(
                HttpMethod.Post,
                await CommentsAsync(run, run.Value(id), cancellationToken),
                new AddComment(path, line, run.Value(text), run.Value(old) ? "old" : null, last, run.Value(turn)),
                ApiJson.Default.AddComment,
                cancellationToken);
            run.Output.Answer(json, output => output.Line($"{ApiClient.Read(json, ApiJson.Default.CommentAnswer).Comment.Id}  Send it: atelier agents review send {run.Value(id)}"));
        });
    }

    private static Command Send()
    {
        var id = AgentIds.Argument();
        var text = new Option<string?>("--text") { Description = "What is said before the comments" };
        var workSession = new Option<string?>("--work-session") { Description = "In which line of work (default: the first)" };
        var wait = new Option<bool>("--wait") { Description = "Show the work, and end with it" };
        return new Command("send", "Tell the agent all drafts, as one prompt") { id, text, workSession, wait }.Runs(async (run, cancellationToken) =>
        {
            var agent = await AgentIds.FindAsync(run.Api, run.Value(id), cancellationToken);
            var json = await run.Api.SendAsync(
                HttpMethod.Post,
                $"/api/agents/{Uri.EscapeDataString(agent)}/comments/send",
                new SendComments(Text: run.Value(text), WorkSessionId: run.Value(workSession)),
                ApiJson.Default.SendComments,
                cancellationToken);
            var sent = ApiClient.Read(json, ApiJson.Default.SentCommentsAnswer);
            run.Output.Answer(json, output => output.Line($"{sent.TurnId}  {sent.Comments.Count} comments"));
            return run.Value(wait) ? await new AgentFollowing(run, agent).UntilAsync(sent.TurnId, cancellationToken) : ExitCodes.Done;
        });
    }

    private static Command Resolve()
    {
        var id = AgentIds.Argument();
        var comment = new Argument<string>("comment") { Description = "Which" };
        var back = new Option<bool>("--undo") { Description = "It is not done after all" };
        return new Command("resolve", "Mark a comment as done") { id, comment, back }.Runs(async (run, cancellationToken) =>
        {
            var json = await run.Api.SendAsync(
                HttpMethod.Patch,
                $"{await CommentsAsync(run, run.Value(id), cancellationToken)}/{Uri.EscapeDataString(run.Value(comment))}",
                new ChangeComment(Resolved: !run.Value(back)),
                ApiJson.Default.ChangeComment,
                cancellationToken);
            run.Output.Answer(json, output => output.Line(ApiClient.Read(json, ApiJson.Default.CommentAnswer).Comment.State));
        });
    }

    private static Command Delete()
    {
        var id = AgentIds.Argument();
        var comment = new Argument<string>("comment") { Description = "Which" };
        return new Command("delete", "Delete a comment") { id, comment }.Runs(async (run, cancellationToken) =>
        {
            await run.Api.SendAsync(
                HttpMethod.Delete, $"{await CommentsAsync(run, run.Value(id), cancellationToken)}/{Uri.EscapeDataString(run.Value(comment))}", cancellationToken);
            run.Output.Done();
        });
    }

    private static async Task<string> CommentsAsync(CommandRun run, string agent, CancellationToken cancellationToken) =>
        $"{await AgentIds.PathAsync(run.Api, agent, cancellationToken)}/comments";

    private static (string Path, int Line, int? Last) PlaceOf(string place)
    {
        var colon = place.LastIndexOf(':');
        var lines = colon > 0 ? place[(colon + 1)..].Split('-', 2) : [];
        return lines.Length > 0 && Number(lines[0]) is { } first && (lines.Length == 1 || Number(lines[1]) is not null)
            ? (place[..colon], first, lines.Length == 2 ? Number(lines[1]) : null)
            : throw new CliProblemException($"'{place}' names no line. Write FILE:LINE or FILE:LINE-LINE.");
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
