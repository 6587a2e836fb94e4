using Atelier.Server.Accounts;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Reviews.Comments;

/// <summary>Tells agents what people commented, as one prompt. Comments are put under the prompt's name first, so that a broken-off sending is looked up.</summary>
internal sealed class CommentSending(CommentStore comments, Prompting prompting)
{
    /// <summary>Sends drafts, all or some; under the same key once.</summary>
    /// <returns>Null for the turn when nothing was sent: the reply says why.</returns>
    public async Task<(CommentReply Reply, Turn? Turn)> SendAsync(
        AgentOwner owner, string key, SendCommentsBody body, CurrentUser user, CancellationToken cancellationToken)
    {
        var agent = owner.Current.Id;
        if (await prompting.FindAsync(agent, key, cancellationToken) is { } asked)
        {
            await comments.SentAsync(agent, key, asked.Id, cancellationToken);
            return (CommentReply.Done, asked);
        }

        var drafts = await comments.TakeForSendingAsync(agent, key, body.CommentIds, cancellationToken);
        if (drafts.Count == 0)
        {
            return (CommentReply.NothingToSend, null);
        }

        var text = CommentPrompt.Of(drafts, body.Text);
        var turn = prompting.Wrong(text) is null ? await prompting.AskAsync(owner, body.WorkSessionId, text, key, user, CancellationToken.None) : null;
        await (turn is null ? comments.NotSentAsync(agent, key, CancellationToken.None) : comments.SentAsync(agent, drafts.Select(draft => draft.Id), turn.Id, CancellationToken.None));
        await ReviewChanged.TellAsync(owner, ReviewPart.Comments, CancellationToken.None);
        return (CommentReply.Done, turn);
    }

    /// <summary>Finds out how sendings ended that a killed server had begun.</summary>
    public async Task FinishBegunAsync(CancellationToken cancellationToken)
    {
        foreach (var (agent, key) in await comments.UnfinishedAsync(cancellationToken))
        {
            await (await prompting.FindAsync(agent, key, cancellationToken) is { } turn
                ? comments.SentAsync(agent, key, turn.Id, cancellationToken)
                : comments.NotSentAsync(agent, key, cancellationToken));
        }
    }
}
