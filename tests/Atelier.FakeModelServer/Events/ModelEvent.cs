using System.Text.Json.Serialization;

namespace Atelier.FakeModelServer.Events;

/// <summary>What a request is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestPurpose>))]
public enum RequestPurpose
{
    /// <summary>A turn of the conversation.</summary>
    Turn,

    /// <summary>A title for the conversation, asked beside a turn.</summary>
    Title,

    /// <summary>A summary of a conversation that has become too long.</summary>
    Summary,

    /// <summary>An answer in a given JSON shape, asked beside a turn.</summary>
    Structured,

    /// <summary>A list of models, a token count, a look whether the server is there.</summary>
    Probe,
}

/// <summary>What happened to a request.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelEventKind>))]
public enum ModelEventKind
{
    /// <summary>It came in.</summary>
    Received,

    /// <summary>The first byte of the answer went out.</summary>
    FirstOutput,

    /// <summary>A tool was called; the detail is its name.</summary>
    ToolCalled,

    /// <summary>The answer waits for a signal; the detail is its name.</summary>
    Waiting,

    /// <summary>The answer is complete; the detail is the finish reason, "stop" or "tools".</summary>
    Ended,

    /// <summary>The script refused it; the detail is the status.</summary>
    Refused,

    /// <summary>The script broke its connection.</summary>
    Cut,

    /// <summary>The program hung up before the end.</summary>
    Cancelled,
}

/// <summary>One line of what the server did.</summary>
/// <param name="Number">Counts from 1 without gaps.</param>
/// <param name="At">When it happened.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Request">Number of the request, from 1.</param>
/// <param name="Protocol">The protocol the request spoke.</param>
/// <param name="Purpose">What the request is for.</param>
/// <param name="Detail">More about the kind; null when there is nothing more.</param>
public sealed record ModelEvent(
    int Number,
    DateTimeOffset At,
    ModelEventKind Kind,
    int Request,
    string Protocol,
    RequestPurpose Purpose,
    string? Detail);
