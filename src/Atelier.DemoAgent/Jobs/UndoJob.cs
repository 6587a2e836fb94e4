using Atelier.DemoAgent.Acp;
using Atelier.DemoAgent.Conversations;
using Atelier.DemoAgent.Turns;

namespace Atelier.DemoAgent.Jobs;

/// <summary>Takes the agent's own last change back: by a commit that reverts it, or by hand where it is not committed. Never anybody else's work.</summary>
internal static class UndoJob
{
    public static async Task RunAsync(Turn turn, Worktree worktree)
    {
        switch (turn.Conversation.LastChange)
        {
            case null:
                await turn.SayAsync("There is nothing of mine left to take back.");
                break;
            case { Commit: { } commit }:
                await RevertAsync(turn, worktree, commit);
                break;
            case { } change:
                await RemoveAsync(turn, change);
                break;
        }
    }

    private static async Task RevertAsync(Turn turn, Worktree worktree, string commit)
    {
        var line = $"git revert --no-edit {commit[..Math.Min(12, commit.Length)]}";
        var call = await turn.BeginCallAsync("execute", line, command: line);
        if (!await turn.MayRunAsync(call, line, line))
        {
            await turn.EndCallAsync(call, succeeded: false, "Not allowed.");
            await turn.SayAsync("Then it stays as it is.");
            return;
        }

        await turn.ProgressAsync(call);
        var result = await worktree.CommitAsync(line, turn.Cancelled);
        if (!result.Succeeded)
        {
            // Others have changed the same lines; a half-done revert would be in their way.
            await worktree.RunAsync("git revert --abort", turn.Cancelled);
        }

        await turn.EndCallAsync(call, result.Succeeded, result.Output.Length > 0 ? result.Output : "No output.");
        if (!result.Succeeded)
        {
            await turn.SayAsync("That could not be taken back without touching newer work, so I left everything as it is.");
            return;
        }

        await turn.RecordAsync(at => new ConversationRecord.Undone { At = at });
        await turn.SayAsync("My last commit is taken back, by a commit that reverts it.");
    }

    private static async Task RemoveAsync(Turn turn, OwnChange change)
    {
        if (Worktree.Read(change.Notes) is { } notes)
        {
            var delete = await turn.BeginCallAsync(
                "delete", $"Delete {Path.GetFileName(change.Notes)}", change.Notes, new ToolCallContent.Diff(change.Notes, "", notes));
            File.Delete(change.Notes);
            await turn.EndCallAsync(delete, succeeded: true);
        }

        if (change.Readme is { } readme && Worktree.Read(readme) is { } text && text.Contains(change.Line, StringComparison.Ordinal))
        {
            var without = text.Replace(change.Line, "", StringComparison.Ordinal);
            var edit = await turn.BeginCallAsync(
                "edit", $"Change {Path.GetFileName(readme)}", readme, new ToolCallContent.Diff(readme, without, text));
            Worktree.Write(readme, without);
            await turn.EndCallAsync(edit, succeeded: true);
        }

        await turn.RecordAsync(at => new ConversationRecord.Undone { At = at });
        await turn.SayAsync("What I had written is gone again; nothing had been committed.");
    }
}
