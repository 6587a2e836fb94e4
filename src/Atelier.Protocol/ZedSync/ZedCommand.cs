using System.Text.Json;

namespace Atelier.Protocol.ZedSync;

/// <summary>A frame to Zed. Both keys are required, and a frame that lacks one is passed over in silence.</summary>
/// <param name="Type">One of <see cref="ZedCommandTypes"/>.</param>
/// <param name="Data">What comes with it.</param>
public sealed record ZedCommand(string Type, ZedCommandData Data);

/// <summary>What comes with a command; what is null is left out. It never has a <c>role</c>: Zed drops a message that has.</summary>
public sealed record ZedCommandData
{
    /// <summary>A prompt.</summary>
    public string? Message { get; init; }

    /// <summary>The turn's own id; events of the turn carry it.</summary>
    public string? RequestId { get; init; }

    /// <summary>The thread; null begins one.</summary>
    public string? AcpThreadId { get; init; }

    /// <summary>The agent within Zed; null is its own. Never empty.</summary>
    public string? AgentName { get; init; }

    /// <summary>The session; Zed does not look at it.</summary>
    public string? SessionId { get; init; }

    /// <summary>Whether what runs in the thread is ended first.</summary>
    public bool? Interrupt { get; init; }

    /// <summary>The question that is answered.</summary>
    public string? ElicitationId { get; init; }

    /// <summary>accept, decline or cancel.</summary>
    public string? Action { get; init; }

    /// <summary>What a person has filled in.</summary>
    public JsonElement? Content { get; init; }

    /// <summary>Names what Zed shall say of itself.</summary>
    public string? QueryId { get; init; }

    /// <summary>What the prompt belongs to, for whoever reads along: agent.</summary>
    public string? TaskId { get; init; }

    /// <summary>The same: instance.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The same: line of work.</summary>
    public string? WorkSessionId { get; init; }

    /// <summary>The same: name of the line of work.</summary>
    public string? WorkSessionName { get; init; }
}
