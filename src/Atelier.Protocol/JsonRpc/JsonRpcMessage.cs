using System.Text.Json;

namespace Atelier.Protocol.JsonRpc;

/// <summary>What an incoming text says, before anybody looks at its parameters.</summary>
/// <remarks>
/// <code>
/// {"jsonrpc":"2.0","id":7,"method":"worker/start","params":{…}}      a request
/// {"jsonrpc":"2.0","method":"progress","params":{…}}                 a notification
/// {"jsonrpc":"2.0","id":7,"result":{…}}                              an answer; also {"id":7,"error":{"code":-32000,…}}
/// {"id":null,"error":{…}}                                            the other side could not read something of ours
/// [{…},{…}]   "text"   {"id":{}}   {"id":1.5,"method":7}             not messages
/// </code>
/// </remarks>
internal abstract record JsonRpcMessage
{
    private static readonly JsonDocumentOptions s_strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    internal sealed record Request(string Id, string Method, JsonElement Parameters) : JsonRpcMessage;

    internal sealed record Notification(string Method, JsonElement Parameters) : JsonRpcMessage;

    /// <param name="Id">The JSON of the id; null when the other side did not know which request it was.</param>
    /// <param name="Result">The result; undefined for an error.</param>
    /// <param name="Error">The error; null for a result.</param>
    internal sealed record Answer(string? Id, JsonElement Result, JsonRpcException? Error) : JsonRpcMessage;

    internal sealed record Malformed(int Code, string Reason) : JsonRpcMessage;

    /// <summary>Reads a text; the message does not refer to it afterwards.</summary>
    internal static JsonRpcMessage Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            // Not disposed: the message's parameters live on in whoever handles it.
            return Read(JsonDocument.Parse(text.ToArray(), s_strict).RootElement);
        }
        catch (JsonException notJson)
        {
            return new Malformed(JsonRpcErrorCodes.ParseError, $"Not JSON: {notJson.Message}");
        }
    }

    private static JsonRpcMessage Read(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            return Invalid(message.ValueKind == JsonValueKind.Array
                ? "Batches are not spoken here; send messages one by one."
                : "A message is an object.");
        }

        if (message.TryGetProperty("method", out var method))
        {
            return ReadCall(message, method);
        }

        if (!message.TryGetProperty("id", out var id) || !IsId(id, mayBeNull: true))
        {
            return Invalid("A message has a method, or the id of a request.");
        }

        var idText = id.ValueKind == JsonValueKind.Null ? null : id.GetRawText();
        if (message.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null)
        {
            return new Answer(idText, default, ReadError(error));
        }

        return message.TryGetProperty("result", out var result)
            ? new Answer(idText, result, Error: null)
            : Invalid("An answer has a result or an error.");
    }

    private static JsonRpcMessage ReadCall(JsonElement message, JsonElement method)
    {
        if (method.ValueKind != JsonValueKind.String)
        {
            return Invalid("A method is a string.");
        }

        if (!TryGetText(method, out var name))
        {
            return Invalid("The method is not valid text.");
        }

        message.TryGetProperty("params", out var parameters);
        if (parameters.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Object or JsonValueKind.Array
            or JsonValueKind.Null))
        {
            return Invalid("Parameters are an object or an array.");
        }

        if (!message.TryGetProperty("id", out var id))
        {
            return new Notification(name, parameters);
        }

        return IsId(id, mayBeNull: false)
            ? new Request(id.GetRawText(), name, parameters)
            : Invalid("An id is a string of at most 255 bytes or a number.");
    }

    private static JsonRpcException ReadError(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object)
        {
            return new JsonRpcException(JsonRpcErrorCodes.InternalError, "An error without an explanation.", reason: null);
        }

        var code = error.TryGetProperty("code", out var number) && number.ValueKind == JsonValueKind.Number
            && number.TryGetInt32(out var value)
                ? value
                : JsonRpcErrorCodes.InternalError;
        var message = error.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String
            && TryGetText(text, out var words)
                ? words
                : "An error without an explanation.";
        if (!error.TryGetProperty("data", out var data))
        {
            return new JsonRpcException(code, message, reason: null);
        }

        var reason = data.ValueKind == JsonValueKind.Object && data.TryGetProperty("code", out var word)
            && word.ValueKind == JsonValueKind.String && TryGetText(word, out var known)
                ? known
                : null;
        return new JsonRpcException(code, message, reason, data);
    }

    private static bool IsId(JsonElement id, bool mayBeNull) => id.ValueKind switch
    {
        JsonValueKind.String or JsonValueKind.Number => id.GetRawText().Length <= 257,
        JsonValueKind.Null => mayBeNull,
        _ => false,
    };

    // "\ud800" is JSON, but not text.
    private static bool TryGetText(JsonElement element, out string text)
    {
        try
        {
            text = element.GetString()!;   // the caller has seen that it is a string
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    private static Malformed Invalid(string reason) => new(JsonRpcErrorCodes.InvalidRequest, reason);
}
