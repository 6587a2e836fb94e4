using Atelier.Server.Accounts;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Identity;
using Atelier.Server.Reviews.Diffs;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Reviews.Comments;

internal sealed record CommentsReply(IReadOnlyList<ReviewComment> Comments);

internal sealed record CommentBody(ReviewComment Comment);

/// <summary>Comments on lines of an agent's work.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Text">What is said.</param>
/// <param name="Side">old for the file as it was before; new when absent.</param>
/// <param name="LastLine">The last line, where there are several.</param>
/// <param name="TurnId">The turn in whose diff the lines were read; all work when absent.</param>
internal sealed record AddCommentBody(string Path, int Line, string Text, CommentSide? Side = null, int? LastLine = null, string? TurnId = null);

/// <summary>Changes a comment; what is absent stays.</summary>
/// <param name="Text">What is said; only of a draft.</param>
/// <param name="Resolved">Whether it is done.</param>
internal sealed record ChangeCommentBody(string? Text = null, bool? Resolved = null);

/// <summary>Tells the agent what was commented, as one prompt.</summary>
/// <param name="CommentIds">Which drafts; all when absent.</param>
/// <param name="Text">What is said before them; a sentence of ours when absent.</param>
/// <param name="WorkSessionId">In which line of work; the first when absent.</param>
internal sealed record SendCommentsBody(IReadOnlyList<string>? CommentIds = null, string? Text = null, string? WorkSessionId = null);

/// <summary>The prompt.</summary>
internal sealed record SentCommentsReply(TurnId TurnId, IReadOnlyList<ReviewComment> Comments);

internal static class CommentEndpoints
{
    private const string IdempotencyKey = "Idempotency-Key";
    private const int MaxKeyLength = 200;

    public static void MapComments(this IEndpointRouteBuilder agent)
    {
        agent.MapGet("/comments", List).Requires(Access.Agent(Role.Viewer, "agentId"));
        agent.MapPost("/comments", Add).Requires(Access.Agent(Role.Editor, "agentId"));
        agent.MapPatch("/comments/{commentId}", Change).Requires(Access.Agent(Role.Editor, "agentId"));
        agent.MapDelete("/comments/{commentId}", Delete).Requires(Access.Agent(Role.Editor, "agentId"));
        agent.MapPost("/comments/send", Send).Requires(Access.Agent(Role.Editor, "agentId"));
    }

    private static async Task<Ok<CommentsReply>> List(AgentId agentId, CommentStore comments, CancellationToken cancellationToken) =>
        TypedResults.Ok(new CommentsReply(await comments.OfAgentAsync(agentId, cancellationToken)));

    private static async Task<Results<Created<CommentBody>, ProblemHttpResult>> Add(
        AgentId agentId,
        AddCommentBody body,
        CurrentUser user,
        ReviewPlaces places,
        WorkDiffs diffs,
        CommentStore comments,
        IOptions<ReviewsOptions> options,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var last = body.LastLine ?? body.Line;
        if (Wrong(body.Text, options.Value) is { } wrong)
        {
            return ReviewProblems.Invalid(wrong);
        }

        if (body.Line < 1 || last < body.Line || body.Path.Length == 0 || body.Path.Contains('\0', StringComparison.Ordinal))
        {
            return ReviewProblems.Invalid("path names a file, line counts from 1, and lastLine is not before it.");
        }

        if (await places.FindAsync(agentId, cancellationToken) is not { } place)
        {
            return ReviewProblems.NoPlace();
        }

        TurnId? turn = body.TurnId is { } id ? new TurnId(id) : null;
        if (await diffs.ReadAsync(place, turn, body.Path, cancellationToken) is not { } diff)
        {
            return ReviewProblems.CheckpointNotFound();
        }

        if (diff.Files is not [var file, ..])
        {
            return ReviewProblems.FileNotFound(body.Path);
        }

        var side = body.Side ?? CommentSide.New;
        var now = clock.GetUtcNow();
        var comment = new ReviewComment(
            CommentId.New(clock),
            agentId,
            body.Path,
            side,
            body.Line,
            last,
            side == CommentSide.Old ? file.OldHash : file.NewHash,
            JsonTexts.Kept(QuotedLines.Of(file, side, body.Line, last, options.Value.MaxQuotedLines)),
            body.Text.Trim(),
            CommentState.Draft,
            TurnId: null,
            user.Id,
            now,
            now);
        if (!await comments.AddAsync(comment, options.Value.MaxComments, cancellationToken))
        {
            return ReviewProblems.Of(CommentReply.TooMany);
        }

        await ReviewChanged.TellAsync(place.Owner, ReviewPart.Comments, cancellationToken);
        return TypedResults.Created($"/api/agents/{agentId}/comments/{comment.Id}", new CommentBody(comment));
    }

    private static async Task<Results<Ok<CommentBody>, ProblemHttpResult>> Change(
        AgentId agentId,
        CommentId commentId,
        ChangeCommentBody body,
        ReviewPlaces places,
        CommentStore comments,
        IOptions<ReviewsOptions> options,
        CancellationToken cancellationToken)
    {
        if (body.Text is { } said && Wrong(said, options.Value) is { } wrong)
        {
            return ReviewProblems.Invalid(wrong);
        }

        if (await comments.FindAsync(agentId, commentId, cancellationToken) is null)
        {
            return ReviewProblems.CommentNotFound();
        }

        if (body.Text is { } text && !await comments.SayAsync(agentId, commentId, text.Trim(), cancellationToken))
        {
            return ReviewProblems.Of(CommentReply.IsSent);
        }

        if (body.Resolved is { } isResolved)
        {
            await comments.ResolveAsync(agentId, commentId, isResolved, cancellationToken);
        }

        await TellAsync(places, agentId, cancellationToken);
        return await comments.FindAsync(agentId, commentId, cancellationToken) is { } comment
            ? TypedResults.Ok(new CommentBody(comment))
            : ReviewProblems.CommentNotFound();
    }

    private static async Task<NoContent> Delete(AgentId agentId, CommentId commentId, ReviewPlaces places, CommentStore comments, CancellationToken cancellationToken)
    {
        await comments.RemoveAsync(agentId, commentId, cancellationToken);
        await TellAsync(places, agentId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<SentCommentsReply>, ProblemHttpResult>> Send(
        AgentId agentId,
        SendCommentsBody body,
        HttpContext context,
        CurrentUser user,
        ReviewPlaces places,
        CommentSending sending,
        CommentStore comments,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var given = context.Request.Headers[IdempotencyKey].ToString();
        if (given.Length > MaxKeyLength)
        {
            return ReviewProblems.Invalid($"{IdempotencyKey} has at most {MaxKeyLength} characters.");
        }

        if (await places.OwnerAsync(agentId) is not { } owner)
        {
            return ReviewProblems.AgentNotFound();
        }

        var key = $"comments-{(given.Length > 0 ? given : Ids.New("key", clock))}";
        return await sending.SendAsync(owner, key, body, user, cancellationToken) switch
        {
            (CommentReply.Done, { } turn) => TypedResults.Ok(new SentCommentsReply(
                turn.Id, [.. (await comments.OfAgentAsync(agentId, cancellationToken)).Where(comment => comment.TurnId == turn.Id)])),
            (CommentReply.Done, null) => ReviewProblems.NotAsked(),
            var (reply, _) => ReviewProblems.Of(reply),
        };
    }

    private static string? Wrong(string text, ReviewsOptions options) =>
        string.IsNullOrWhiteSpace(text) ? "A comment says something."
        : !JsonTexts.IsKept(text) ? "There is a character in it that is none: U+0000, or half of one."
        : text.Length > options.MaxCommentLength ? $"A comment has at most {options.MaxCommentLength} characters."
        : null;

    private static async Task TellAsync(ReviewPlaces places, AgentId agent, CancellationToken cancellationToken)
    {
        if (await places.OwnerAsync(agent) is { } owner)
        {
            await ReviewChanged.TellAsync(owner, ReviewPart.Comments, cancellationToken);
        }
    }
}
