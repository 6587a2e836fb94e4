namespace Atelier.Protocol.JsonRpc;

/// <summary>How one side of a conversation behaves.</summary>
public sealed record JsonRpcOptions
{
    /// <summary>Requests of the other side that are worked on at the same time; more wait.</summary>
    public int MaxRunningRequests { get; init; } = 64;

    /// <summary>Requests of the other side that may wait; more are answered as busy.</summary>
    public int MaxWaitingRequests { get; init; } = 4096;

    /// <summary>Texts in a row that are not messages, after which the conversation is ended.</summary>
    public int MaxMalformedMessages { get; init; } = 10;

    /// <summary>Notification that cancels a request by its <c>id</c>, both ways; null when the protocol has none.</summary>
    public string? CancelMethod { get; init; }

    /// <summary>Name of the parameter that carries the id in <see cref="CancelMethod"/>.</summary>
    public string CancelIdName { get; init; } = "id";

    /// <summary>Told of exceptions that a method did not mean to throw; the caller sees only that it broke.</summary>
    public Action<string, Exception>? OnFault { get; init; }
}
