using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Atelier.Protocol.JsonRpc;

/// <summary>What a side answers: its requests and notifications, by name.</summary>
public sealed class JsonRpcMethods
{
    private readonly Dictionary<string, RequestEntry> _requests = [];
    private readonly Dictionary<string, NotificationMethod> _notifications = [];

    internal delegate Task<Action<Utf8JsonWriter>> RequestMethod(JsonElement parameters, CancellationToken cancellationToken);

    internal sealed record RequestEntry(RequestMethod Method, bool WaitsOutside, bool BeginsInOrder);

    internal delegate ValueTask NotificationMethod(JsonElement parameters, CancellationToken cancellationToken);

    /// <summary>Answers a request.</summary>
    /// <remarks>Requests run beside each other and beside the reading loop; throw <see cref="JsonRpcException"/> to refuse.</remarks>
    /// <param name="method">Its name.</param>
    /// <param name="requestType">How its parameters are read.</param>
    /// <param name="replyType">How its result is written.</param>
    /// <param name="answer">Does the work.</param>
    /// <param name="waitsOutside">It mostly waits for something slow elsewhere: it takes no place among the requests that run, and has a bound of its own.</param>
    /// <param name="beginsInOrder">
    /// It begins in the order of messages, so that a notification behind it finds it begun: up to its first wait it runs on the reading loop and has to be short.
    /// </param>
    public JsonRpcMethods OnRequest<TRequest, TReply>(
        string method,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TReply> replyType,
        Func<TRequest, CancellationToken, Task<TReply>> answer,
        bool waitsOutside = false,
        bool beginsInOrder = false)
    {
        async Task<Action<Utf8JsonWriter>> WorkAsync(JsonElement parameters, CancellationToken cancellationToken)
        {
            var reply = await answer(Read(parameters, requestType), cancellationToken);
            return writer => JsonSerializer.Serialize(writer, reply, replyType);
        }

        _requests.Add(method, new RequestEntry(WorkAsync, waitsOutside, beginsInOrder));
        return this;
    }

    /// <summary>Takes a notification.</summary>
    /// <remarks>
    /// Notifications are taken one after the other on the reading loop, so they arrive in order and before the answers that were
    /// sent after them. While one is being taken nothing else is read: that is how a slow reader holds its writer back,
    /// and why <paramref name="take"/> may not wait for an answer from the same peer.
    /// </remarks>
    /// <param name="method">Its name.</param>
    /// <param name="type">How its parameters are read.</param>
    /// <param name="take">Takes it.</param>
    public JsonRpcMethods OnNotification<TMessage>(
        string method, JsonTypeInfo<TMessage> type, Func<TMessage, CancellationToken, ValueTask> take)
    {
        _notifications.Add(method, (parameters, cancellationToken) => take(Read(parameters, type), cancellationToken));
        return this;
    }

    internal FrozenDictionary<string, RequestEntry> Requests() => _requests.ToFrozenDictionary();

    internal FrozenDictionary<string, NotificationMethod> Notifications() => _notifications.ToFrozenDictionary();

    private static T Read<T>(JsonElement parameters, JsonTypeInfo<T> type)
    {
        if (parameters.ValueKind == JsonValueKind.Undefined)
        {
            throw new JsonException("The parameters are missing.");
        }

        return parameters.Deserialize(type) ?? throw new JsonException("The parameters are null.");
    }
}
