using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.ZedSync;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>What is said to a program, as frames for Zed; pure.</summary>
internal static class ZedCommands
{
    /// <summary>The frame of a command; null for one that Zed has no word for.</summary>
    public static ZedCommand? FrameOf(Agent agent, NumberedCommand numbered)
    {
        var session = agent.Place?.SessionId;
        return numbered.Command switch
        {
            AgentCommand.Prompt prompt => new ZedCommand(ZedCommandTypes.ChatMessage, new ZedCommandData
            {
                Message = PromptContent.TextOf(prompt.Content.Json()),
                RequestId = prompt.Context["requestId"],
                AcpThreadId = prompt.Thread is { Length: > 0 } thread ? thread : null,
                AgentName = agent.ZedAgent,
                SessionId = session,
                Interrupt = Follows(agent, prompt) ? true : null,
                TaskId = prompt.Context.GetValueOrDefault("taskId"),
                InstanceId = prompt.Context.GetValueOrDefault("instanceId"),
                WorkSessionId = prompt.Context.GetValueOrDefault("workSessionId"),
                WorkSessionName = prompt.Context.GetValueOrDefault("workSessionName"),
            }),
            AgentCommand.LoadThread load => new ZedCommand(ZedCommandTypes.OpenThread, new ZedCommandData
            {
                AcpThreadId = load.Thread,
                SessionId = session,
                RequestId = RequestOf(agent, load.Thread) ?? $"open-{numbered.Epoch}-{numbered.Sequence}",
                AgentName = agent.ZedAgent,
            }),
            AgentCommand.Cancel { RequestId: { } request } => new ZedCommand(ZedCommandTypes.CancelCurrentTurn, new ZedCommandData { RequestId = request, SessionId = session }),
            AgentCommand.Answer answer when ZedQuestion.Of(answer.RequestId) is { } question => new ZedCommand(ZedCommandTypes.RespondElicitation, new ZedCommandData
            {
                AcpThreadId = question.Thread,
                ElicitationId = question.Id,
                Action = answer.Result.Member("action")?.Text() ?? "cancel",
                Content = answer.Result.Member("content"),
            }),
            _ => null,
        };
    }

    /// <summary>Whether what was cancelled in the thread may still be ending: the prompt is not to wait for that, nor for other threads.</summary>
    private static bool Follows(Agent agent, AgentCommand.Prompt prompt) =>
        prompt.Thread.Length > 0
        && agent.Turns.Where(turn => turn.WorkSessionId.Value == prompt.Context.GetValueOrDefault("workSessionId") && turn.IsOver && !turn.IsTakenBack)
            .MaxBy(turn => (turn.FinishedAt, turn.Position)) is { State: TurnState.Cancelled };

    // What is told of the thread from then on is told under the name that it is opened with.
    private static string? RequestOf(Agent agent, string thread) =>
        agent.Threads.Find(one => one.ProgramThreadId == thread) is { WorkSessionId: var workSession } ? agent.InFlight(workSession)?.RequestId : null;
}

/// <summary>A question of an agent within Zed: Zed wants both with the answer.</summary>
internal sealed record ZedQuestion(string Thread, string Id)
{
    /// <summary>Both as the one id that a question has with us.</summary>
    public string ProgramRequestId => JsonSerializer.Serialize(new[] { Thread, Id });

    /// <summary>The question where nobody has heard what it is about.</summary>
    public AgentNotice.Asked WithoutWords() => new(
        ProgramRequestId,
        Thread,
        AgentRequest.Question,
        JsonSerializer.SerializeToElement(new { message = "Zed asks something; what it asks was lost on its way. Look at it in Zed, or decline it.", mode = "form" }));

    public static ZedQuestion? Of(string programRequestId) =>
        JsonElement.Parse(programRequestId) is { ValueKind: JsonValueKind.Array } both && both.GetArrayLength() == 2
            && both[0].Text() is { } thread && both[1].Text() is { } id
            ? new ZedQuestion(thread, id)
            : null;
}
