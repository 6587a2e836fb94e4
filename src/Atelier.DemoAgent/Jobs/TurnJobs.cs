using Atelier.DemoAgent.Acp;
using Atelier.DemoAgent.Turns;

namespace Atelier.DemoAgent.Jobs;

/// <summary>What a turn does: the whole job for the first one, smaller ones by their words after it.</summary>
internal static class TurnJobs
{
    private static readonly AvailableCommand[] s_commands =
    [
        new("list", "List the files of this worktree"),
        new("undo", "Take back the last change of this agent"),
    ];

    public static async Task RunAsync(Turn turn, PromptText prompt, TimeProvider time)
    {
        var worktree = new Worktree(turn.Conversation.Directory, time);
        if (turn.Conversation.Turns == 1)
        {
            await turn.TitleAsync(prompt.Title, time.GetUtcNow());
            await turn.CommandsAsync(s_commands);
        }

        if (turn.Conversation.Turns > 1 && prompt.Has("undo", "revert"))
        {
            await UndoJob.RunAsync(turn, worktree);
        }
        else if (turn.Conversation.Turns > 1 && prompt.Has("list", "ls", "files"))
        {
            await ListAsync(turn, worktree);
        }
        else
        {
            await new NotesJob(turn, worktree, prompt).RunAsync();
        }

        await turn.UsageAsync();
    }

    private static async Task ListAsync(Turn turn, Worktree worktree)
    {
        var call = await turn.BeginCallAsync("search", "List the files", turn.Conversation.Directory);
        var names = worktree.Listing();
        await turn.EndCallAsync(call, succeeded: true, names.Count == 0 ? "Nothing." : string.Join('\n', names));
        var change = turn.Conversation.LastChange is { } last
            ? $" The last thing I changed is `{Path.GetFileName(last.Notes)}`, {(last.Commit is null ? "not committed" : "committed")}."
            : "";
        await turn.SayAsync($"There are {names.Count} entries at the top of this worktree.{change}");
    }
}
