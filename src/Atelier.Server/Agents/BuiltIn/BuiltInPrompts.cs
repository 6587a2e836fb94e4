using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.ModelProviders;
using Atelier.Server.ModelProviders.Asking;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>What models are told; pure.</summary>
internal static class BuiltInPrompts
{
    /// <summary>How much of what a model takes in a prompt may fill, beside its answer: what is counted here is a guess.</summary>
    private const double FullAt = 0.85;

    private const int CharactersOfToken = 3;
    private const int LeastTranscript = 2_000;

    public static ModelPrompt ForAnswer(Agent agent, WorkSession workSession, IReadOnlyList<ModelMessage> messages) =>
        workSession.Type == AgentType.Simple ? new ModelPrompt(ForChat, messages, []) : new ModelPrompt(ForAgent(agent, workSession), messages, BuiltInTools.All);

    public static ModelPrompt ForSummary(string transcript) => new(
        "You sum up conversations between a person and an assistant who works on code, so that the assistant can go on from the summary alone.",
        [new ModelMessage.Person([new ModelContent.Text(
            $"""
            Sum up this conversation: what the person wants, what was decided and why, what was done and in which files, what was found out that is still needed, and what is left to do. Give names, paths and numbers to the letter. Write nothing else.

            {transcript}
            """)])],
        []);

    public static bool IsTooLong(int estimatedTokens, ModelProvider provider) => estimatedTokens > (provider.ContextTokens - provider.MaxOutputTokens) * FullAt;

    /// <summary>How long a transcript may be that is to be summed up; half as long after each failure.</summary>
    public static int MostOfTranscript(ModelProvider provider, int failures) =>
        Math.Max((int)((long)(provider.ContextTokens - provider.MaxOutputTokens) * CharactersOfToken * FullAt / Math.Pow(2, Math.Min(failures, 20))), LeastTranscript);

    private const string ForChat = "You are an assistant in a workshop where people and agents work on code. Answer in the language of the person. You have no tools.";

    private static string ForAgent(Agent agent, WorkSession workSession) =>
        $"""
        You are an agent that works on code in a git worktree, beside people and other agents.
        The worktree is {agent.Place?.Path}, a checkout of {agent.Place?.Owner}/{agent.Place?.Name}, on the branch {agent.Place?.Branch}, which began at {agent.Place?.BaseBranch}.
        This thread is called "{workSession.Name}". The task that it belongs to: {agent.TaskRequest.Beginning(2_000)}

        Look before you change anything. Keep changes to what is asked, in the manner of the code around them. Check what you did: build it, run its tests.
        Do not push, and do not throw away work that is not yours. Other threads share the worktree and the notes: write down there what they need to know.
        When you are done, say in a few sentences what you did and what is left.
        """;
}
