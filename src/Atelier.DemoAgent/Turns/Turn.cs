using Atelier.DemoAgent.Acp;
using Atelier.DemoAgent.Conversations;

namespace Atelier.DemoAgent.Turns;

/// <summary>The voice of one turn: everything a job says and asks goes through it, at the pace of somebody who works.</summary>
internal sealed class Turn(ConversationOwner owner, AgentClient client, Pace pace, CancellationToken cancelled)
{
    private const int WordsAtOnce = 4;
    private const long ContextWindow = 200_000;
    private const int LettersPerToken = 4;

    private int _messages;
    private int _calls;

    public CancellationToken Cancelled => cancelled;

    public Conversation Conversation => owner.Conversation;

    public async Task SayAsync(string text)
    {
        var id = $"turn-{Conversation.Turns}-message-{++_messages}";
        await InPiecesAsync(text, piece => new SessionUpdate.AgentMessageChunk(new TextBlock(piece), id));
    }

    public async Task ThinkAsync(string text)
    {
        var id = $"turn-{Conversation.Turns}-message-{++_messages}";
        await InPiecesAsync(text, piece => new SessionUpdate.AgentThoughtChunk(new TextBlock(piece), id));
    }

    /// <summary>Tells a plan of which some entries are done, and the next is in progress.</summary>
    public async Task PlanAsync(IReadOnlyList<string> entries, int done)
    {
        await TellAsync(new SessionUpdate.Plan(
        [
            .. entries.Select((entry, at) =>
                new PlanEntry(entry, "medium", at < done ? "completed" : at == done ? "in_progress" : "pending")),
        ]));
        await pace.StepAsync(cancelled);
    }

    public Task TitleAsync(string title, DateTimeOffset at) => TellAsync(new SessionUpdate.Named(title, at));

    public Task CommandsAsync(IReadOnlyList<AvailableCommand> commands) => TellAsync(new SessionUpdate.Commands(commands));

    public Task UsageAsync() => TellAsync(new SessionUpdate.Usage(Math.Min(Conversation.Letters / LettersPerToken, ContextWindow), ContextWindow));

    public async Task<string> BeginCallAsync(
        string kind,
        string title,
        string? path = null,
        ToolCallContent? content = null,
        string? command = null)
    {
        var id = $"turn-{Conversation.Turns}-call-{++_calls}";
        await TellAsync(new SessionUpdate.ToolCall(
            id,
            title,
            kind,
            command is null ? "in_progress" : "pending",
            content is null ? null : [content],
            path is null ? null : [new ToolCallLocation(path)],
            command is null ? null : new CommandInput(command)));
        await pace.StepAsync(cancelled);
        return id;
    }

    public Task ProgressAsync(string call) => TellAsync(new SessionUpdate.ToolCallUpdate(call, "in_progress"));

    public async Task EndCallAsync(string call, bool succeeded, string? output = null)
    {
        // A list replaces the one before it, so a call whose content is a diff says nothing here.
        ToolCallContent[]? content = output is null ? null : [new ToolCallContent.Block(new TextBlock(output))];
        await TellAsync(new SessionUpdate.ToolCallUpdate(call, succeeded ? "completed" : "failed", content));
        await pace.StepAsync(cancelled);
    }

    /// <summary>Whether a command may run: by the mode, by what was decided for all, or by asking.</summary>
    public async Task<bool> MayRunAsync(string call, string title, string command)
    {
        if (Conversation.MayCommit is { } decided)
        {
            return decided;
        }

        if (Conversation.Mode == Conversation.AutoMode)
        {
            return true;
        }

        var answer = await client.AskPermissionAsync(
            Conversation.Id, new PermissionToolCall(call, title, "execute", "pending", new CommandInput(command)), cancelled);
        if (answer is "allow_always" or "reject_always")
        {
            await RecordAsync(at => new ConversationRecord.CommitsDecided(answer == "allow_always") { At = at });
        }

        return answer is "allow_once" or "allow_always";
    }

    public Task RecordAsync(Func<DateTimeOffset, ConversationRecord> record) => owner.RecordAsync(record, cancelled);

    private async Task InPiecesAsync(string text, Func<string, SessionUpdate> update)
    {
        foreach (var piece in TextPieces.Of(text, WordsAtOnce))
        {
            await TellAsync(update(piece));
            await pace.WordsAsync(cancelled);
        }
    }

    private Task TellAsync(SessionUpdate update)
    {
        cancelled.ThrowIfCancellationRequested();
        return owner.TellAsync(update, cancelled);
    }
}
