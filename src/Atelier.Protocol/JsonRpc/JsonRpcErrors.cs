using System.Text.Json;

namespace Atelier.Protocol.JsonRpc;

/// <summary>Error numbers of JSON-RPC 2.0, and the one for cancelled requests that language servers brought into use.</summary>
public static class JsonRpcErrorCodes
{
    /// <summary>The text is not JSON.</summary>
    public const int ParseError = -32700;

    /// <summary>The JSON is not a message.</summary>
    public const int InvalidRequest = -32600;

    /// <summary>Nobody answers that method.</summary>
    public const int MethodNotFound = -32601;

    /// <summary>The parameters are not what the method takes.</summary>
    public const int InvalidParameters = -32602;

    /// <summary>The method broke.</summary>
    public const int InternalError = -32603;

    /// <summary>The method refuses; <c>data.code</c> says why.</summary>
    public const int Refused = -32000;

    /// <summary>More requests are waiting than this side keeps.</summary>
    public const int Busy = -32001;

    /// <summary>The request was cancelled.</summary>
    public const int Cancelled = -32800;
}

/// <summary>Words of <c>data.code</c> that the conversation itself refuses with.</summary>
public static class JsonRpcErrorReasons
{
    /// <summary>A message is longer than fits; it was not sent.</summary>
    public const string TooLarge = "too-large";
}

/// <summary>A request was answered with an error; thrown by a method to answer with one.</summary>
public sealed class JsonRpcException : Exception
{
    /// <summary>A refusal with a stable word.</summary>
    /// <param name="reason">Goes out as <c>data.code</c>.</param>
    /// <param name="message">For a person.</param>
    public JsonRpcException(string reason, string message)
        : this(JsonRpcErrorCodes.Refused, message, reason)
    {
    }

    /// <summary>An error as it stands in a message.</summary>
    /// <param name="code">One of <see cref="JsonRpcErrorCodes"/>, or the other side's own.</param>
    /// <param name="message">For a person.</param>
    /// <param name="reason">Its <c>data.code</c>; null when there is none.</param>
    /// <param name="details">The whole of <c>data</c>; null when there is none.</param>
    public JsonRpcException(int code, string message, string? reason, JsonElement? details = null)
        : base(message)
    {
        Code = code;
        Reason = reason;
        Details = details;
    }

    /// <summary>The error's number.</summary>
    public int Code { get; }

    /// <summary>The stable word in <c>data.code</c>; null when there is none.</summary>
    public string? Reason { get; }

    /// <summary>All of <c>data</c>; null when there is none.</summary>
    public JsonElement? Details { get; }
}

/// <summary>The conversation ended before a request was answered, or before it could be sent.</summary>
/// <param name="message">Why it ended.</param>
/// <param name="innerException">What the transport said.</param>
public sealed class JsonRpcEndedException(string message, Exception? innerException = null)
    : IOException(message, innerException);
