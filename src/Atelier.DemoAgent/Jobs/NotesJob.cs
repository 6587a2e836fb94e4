using System.Text;
using Atelier.DemoAgent.Acp;
using Atelier.DemoAgent.Conversations;
using Atelier.DemoAgent.Turns;

namespace Atelier.DemoAgent.Jobs;

/// <summary>Reads the README, writes the request down beside it, mentions that in the README, and commits if it may.</summary>
internal sealed class NotesJob(Turn turn, Worktree worktree, PromptText prompt)
{
    private const int LinesShown = 12;

    private readonly string _notes = worktree.NewNotes(prompt.Slug);

    private bool IsFirst => turn.Conversation.Turns == 1;

    private string NotesName => Path.GetFileName(_notes);

    private string[] Steps =>
    [
        "Look at what is here", $"Write the request down in {NotesName}", "Mention it in README.md", "Commit",
    ];

    public async Task RunAsync()
    {
        await IntroduceAsync();
        await turn.PlanAsync(Steps, done: 0);
        var readme = await ReadReadmeAsync();
        await turn.PlanAsync(Steps, done: 1);
        await WriteNotesAsync();
        await turn.PlanAsync(Steps, done: 2);
        await MentionAsync(readme);
        await turn.PlanAsync(Steps, done: 3);
        var outcome = await CommitAsync();
        await turn.PlanAsync(Steps, done: 4);
        await turn.SayAsync(outcome);
    }

    private async Task IntroduceAsync()
    {
        if (!IsFirst)
        {
            await turn.SayAsync($"I write that down as well, in `{NotesName}`.");
            return;
        }

        await turn.ThinkAsync("There is no model behind me, so I take the request word for word and do something small and visible with it.");
        await turn.SayAsync(
            $"I am Atelier's demo agent. I will note your request in `{NotesName}`, mention it in the README, and commit both if you let me.");
    }

    private async Task<string?> ReadReadmeAsync()
    {
        var call = await turn.BeginCallAsync("read", $"Read {Path.GetFileName(worktree.Readme)}", worktree.Readme);
        var text = Worktree.Read(worktree.Readme);
        var shown = text is null ? "There is no README.md that I could read." : string.Join('\n', text.Split('\n').Take(LinesShown));
        await turn.EndCallAsync(call, succeeded: true, shown);
        return text;
    }

    private async Task WriteNotesAsync()
    {
        var text = NotesText();
        var call = await turn.BeginCallAsync("edit", $"Add {NotesName}", _notes, new ToolCallContent.Diff(_notes, text, OldText: null));

        // First what was done, then the doing: what a kill leaves half done can be taken back.
        await turn.RecordAsync(at => new ConversationRecord.Changed(new OwnChange(_notes, Readme: null, Line())) { At = at });
        Worktree.Write(_notes, text);
        await turn.EndCallAsync(call, succeeded: true);
    }

    private async Task MentionAsync(string? before)
    {
        var path = worktree.Readme;
        if (before is null && Path.Exists(path))
        {
            await turn.SayAsync("The README is no plain text that I may change, so I leave it alone.");
            return;
        }

        var after = (before is null or "" ? "# Read me\n" : before.EndsWith('\n') ? before : before + "\n") + Line();
        var call = await turn.BeginCallAsync("edit", $"Change {Path.GetFileName(path)}", path, new ToolCallContent.Diff(path, after, before));
        await turn.RecordAsync(at => new ConversationRecord.Changed(new OwnChange(_notes, path, Line())) { At = at });
        Worktree.Write(path, after);
        await turn.EndCallAsync(call, succeeded: true);
    }

    private async Task<string> CommitAsync()
    {
        var line = $"git add -A && git commit -m {ShellCommand.Quote($"Note: {prompt.Title}")}";
        var call = await turn.BeginCallAsync("execute", line, command: line);
        if (!await turn.MayRunAsync(call, line, line))
        {
            await turn.EndCallAsync(call, succeeded: false, "Not allowed.");
            return $"I left the changes uncommitted: `{NotesName}` and the README are as I wrote them. Say *undo* and I take them back.";
        }

        await turn.ProgressAsync(call);
        var result = await worktree.CommitAsync(line, turn.Cancelled);
        await turn.EndCallAsync(call, result.Succeeded, result.Output.Length > 0 ? result.Output : "No output.");
        if (!result.Succeeded || await worktree.HeadAsync(turn.Cancelled) is not { } commit)
        {
            return $"The commit did not work, so the changes are there but uncommitted. git said:\n\n```\n{result.Output}\n```";
        }

        await turn.RecordAsync(at => new ConversationRecord.Committed(commit) { At = at });
        return $"Done: `{NotesName}` is added, the README mentions it, and both are in commit `{commit[..Math.Min(8, commit.Length)]}`. Say *undo* to take it back, or *list* to see the files.";
    }

    private string Line() => $"\nSee [{NotesName}]({Uri.EscapeDataString(NotesName)}).\n";

    private string NotesText()
    {
        var text = new StringBuilder($"# {prompt.Title}\n\nWhat was asked:\n\n");
        foreach (var line in prompt.Text.Split('\n'))
        {
            text.Append($"> {line.TrimEnd()}".TrimEnd()).Append('\n');
        }

        foreach (var address in prompt.Attached)
        {
            text.Append($"\nAttached: {address}\n");
        }

        text.Append("\nWhat was here then:\n\n");
        foreach (var name in worktree.Listing())
        {
            text.Append($"- {name}\n");
        }

        return text.ToString();
    }
}
