using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents;

/// <summary>What is to be done next for an agent.</summary>
internal abstract record AgentStep
{
    private AgentStep()
    {
    }

    /// <summary>Nothing, until something happens.</summary>
    internal sealed record Wait : AgentStep;

    /// <summary>Make branch, worktree and session.</summary>
    internal sealed record MakePlace : AgentStep;

    /// <summary>Begin a new process of the program.</summary>
    internal sealed record BeginProcess : AgentStep;

    /// <summary>See to it that the process runs that is wanted.</summary>
    internal sealed record StartProcess : AgentStep;

    /// <summary>End the process.</summary>
    internal sealed record EndProcess : AgentStep;

    /// <summary>Say the first thing to the process.</summary>
    internal sealed record Open : AgentStep;

    /// <summary>Answer a question.</summary>
    internal sealed record Answer(Requests.RequestId Request) : AgentStep;

    /// <summary>Tell the program to end a turn.</summary>
    internal sealed record Cancel(TurnId Turn) : AgentStep;

    /// <summary>Open a conversation.</summary>
    internal sealed record OpenThread(ThreadId Thread, ThreadOpening Opening) : AgentStep;

    /// <summary>Set how a conversation works.</summary>
    internal sealed record Set(ThreadId Thread, string Key) : AgentStep;

    /// <summary>Log in to the program, by the method that a person has chosen.</summary>
    internal sealed record LogIn(string Method) : AgentStep;

    /// <summary>Let the program forget who is logged in.</summary>
    internal sealed record LogOut : AgentStep;

    /// <summary>Let go of a conversation.</summary>
    internal sealed record CloseThread(ThreadId Thread) : AgentStep;

    /// <summary>Ask which conversations the program knows.</summary>
    internal sealed record List(string? Cursor) : AgentStep;

    /// <summary>Send a prompt.</summary>
    internal sealed record Prompt(ThreadId Thread, TurnId Turn) : AgentStep;
}
