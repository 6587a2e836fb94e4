using System.Globalization;
using Atelier.Server.Agents;

namespace Atelier.Server.Reviews.Landings;

/// <summary>What is said about landings, and by them; pure.</summary>
internal static class LandingWords
{
    private const int MostFiles = 5;
    private const int MaxSubjectLength = 72;

    /// <summary>Files in words: a few of them, and how many more.</summary>
    public static string Files(IReadOnlyList<string> paths) => paths.Count <= MostFiles
        ? string.Join(", ", paths)
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", paths.Take(MostFiles))} and {paths.Count - MostFiles} more");

    /// <summary>The message of a landing for which nobody wrote one: what the agent does, and what it was asked.</summary>
    public static string Message(Agent agent)
    {
        var request = agent.TaskRequest.Trim();
        var subject = (agent.Title ?? request.Split('\n')[0]).Trim();
        subject = subject.Length <= MaxSubjectLength ? subject : $"{subject.Beginning(MaxSubjectLength - 1).TrimEnd()}…";
        return subject == request ? subject : $"{subject}\n\n{request}";
    }

    /// <summary>Why nothing was landed, and what to do.</summary>
    public static string WhyNot(Landing landing) => landing.Reason switch
    {
        "uncommitted-work" => "The worktree has work that is not committed. Land with \"commit\" to commit it first, or ask the agent to.",
        "unfinished-merge" => "A merge in the worktree has been begun and has conflicts still. Resolve them there, or ask the agent to.",
        "commit-refused" => $"git did not commit the uncommitted work: {landing.Detail}",
        "no-such-branch" => $"There is no branch {landing.Detail} in the repository.",
        "nothing-to-land" => $"{landing.Into} has all of the work already.",
        "base-is-dirty" => $"{landing.Into} is checked out at {landing.Detail}, with changes that are not committed. Commit or stash them there, and land again.",
        "base-is-stuck" => $"{landing.Into} is checked out, and git did not move it: {landing.Detail}",
        "base-moves" => $"{landing.Into} went on whenever it was to be moved. Try again.",
        "push-refused" => $"The remote did not take the branch: {landing.Detail}",
        "no-remote" => "The repository has no remote to push to. Merge or squash instead, or add a remote to it.",
        _ => landing.Detail ?? "",
    };

    /// <summary>The prompt that gives conflicts to the agent.</summary>
    public static string ConflictPrompt(string branch, IReadOnlyList<string> paths) =>
        $"""
        Your branch conflicts with {branch}. git cannot merge these files by itself:

        {string.Join('\n', paths.Select(path => $"- {path}"))}

        Please commit your work, merge {branch} into your branch (git merge {branch}), resolve the conflicts so that what both sides wanted holds, check the result, and commit the merge.
        """;
}
