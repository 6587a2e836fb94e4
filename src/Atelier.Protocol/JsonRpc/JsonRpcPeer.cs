using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Atelier.Protocol.JsonRpc;

/// <summary>One side of a JSON-RPC 2.0 conversation over a message transport; both sides may ask.</summary>
/// <remarks>
/// It owns the pairing of requests and answers, and the bounds; the transport owns framing and size. Answering never holds up reading.
/// When the transport ends, every pending request fails with <see cref="JsonRpcEndedException"/>, every running method
/// is cancelled, and <see cref="RunAsync"/> returns. It does not dial again: a new link is a new peer. Batches are refused.
/// Why it is our own: docs/decisions/0003-own-json-rpc-peer.md.
/// </remarks>
public sealed class JsonRpcPeer : IAsyncDisposable
{
    private static readonly TimeSpan s_closeTime = TimeSpan.FromSeconds(2);

    // Nothing here goes into a page: text stays as long as it is, instead of up to six times that.
    private static readonly JsonWriterOptions s_writing = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IMessageTransport _transport;
    private readonly JsonRpcOptions _options;
    private readonly FrozenDictionary<string, JsonRpcMethods.RequestEntry> _requests;
    private readonly FrozenDictionary<string, JsonRpcMethods.NotificationMethod> _notifications;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> _pending = new();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _answering = new();
    private readonly SemaphoreSlim _running;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _ending = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private JsonRpcEndedException? _why;
    private long _lastId;
    private int _malformedInARow;
    private int _unanswered;

    /// <summary>Prepares a conversation; <see cref="RunAsync"/> begins it.</summary>
    /// <param name="transport">Carries the messages; the peer owns it.</param>
    /// <param name="methods">What this side answers.</param>
    /// <param name="options">Bounds; null for the usual ones.</param>
    public JsonRpcPeer(IMessageTransport transport, JsonRpcMethods methods, JsonRpcOptions? options = null)
    {
        _transport = transport;
        _options = options ?? new JsonRpcOptions();
        _requests = methods.Requests();
        _notifications = methods.Notifications();
        _running = new SemaphoreSlim(_options.MaxRunningRequests);
    }

    /// <summary>Cancelled when the conversation has ended.</summary>
    public CancellationToken Ended => _ended.Token;

    private int MostUnanswered => _options.MaxRunningRequests + _options.MaxWaitingRequests;

    /// <summary>Reads until the conversation ends, and says why it did.</summary>
    public async Task<JsonRpcEndedException> RunAsync(CancellationToken cancellationToken)
    {
        string reason;
        Exception? cause = null;
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
            reason = await ReadAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            reason = "This side ended the conversation.";
        }
        catch (MessageTransportException broken)
        {
            reason = broken.Message;
            cause = broken;
        }

        return await EndAsync(reason, cause);
    }

    /// <summary>Asks the other side and waits for its answer.</summary>
    /// <exception cref="JsonRpcException">The other side answered with an error.</exception>
    /// <exception cref="JsonRpcEndedException">The conversation ended first.</exception>
    public async Task<TReply> RequestAsync<TRequest, TReply>(
        string method,
        TRequest request,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TReply> replyType,
        CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = answer;
        try
        {
            ThrowIfEnded();
            await SendAsync(
                writer =>
                {
                    writer.WriteNumber("id", id);
                    writer.WriteString("method", method);
                    writer.WritePropertyName("params");
                    JsonSerializer.Serialize(writer, request, requestType);
                },
                cancellationToken);
            var result = await answer.Task.WaitAsync(cancellationToken);
            return result.Deserialize(replyType) ?? throw new JsonException("The result is null.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await TellOfCancellingAsync(id);
            throw;
        }
        catch (JsonException unreadable)
        {
            throw new JsonRpcException(
                JsonRpcErrorCodes.InternalError, $"The answer to {method} cannot be read: {unreadable.Message}", reason: null);
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }
    }

    /// <summary>Tells the other side something.</summary>
    /// <exception cref="JsonRpcEndedException">The conversation has ended.</exception>
    public ValueTask NotifyAsync<TMessage>(
        string method, TMessage message, JsonTypeInfo<TMessage> type, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        return SendAsync(
            writer =>
            {
                writer.WriteString("method", method);
                writer.WritePropertyName("params");
                JsonSerializer.Serialize(writer, message, type);
            },
            cancellationToken);
    }

    /// <summary>Ends the conversation.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync("This side ended the conversation.", cause: null);
        await _closed.Task;   // the other side is being told why
        await _transport.DisposeAsync();
    }

    private async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        while (await _transport.ReceiveAsync(cancellationToken) is { } text)
        {
            if (Volatile.Read(ref _unanswered) > 2 * MostUnanswered)
            {
                return "The other side asks without reading the answers.";
            }

            var message = JsonRpcMessage.Read(text);
            if (message is not JsonRpcMessage.Malformed malformed)
            {
                _malformedInARow = 0;
                await TakeAsync(message, cancellationToken);
                continue;
            }

            if (++_malformedInARow >= _options.MaxMalformedMessages)
            {
                return $"{_malformedInARow} messages in a row could not be read. {malformed.Reason}";
            }

            Answer("null", ErrorWriter(malformed.Code, malformed.Reason, reason: null));
        }

        return "The other side ended the conversation.";
    }

    private async ValueTask TakeAsync(JsonRpcMessage message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case JsonRpcMessage.Request request:
                Begin(request);
                break;
            case JsonRpcMessage.Notification { Method: var method } cancel when method == _options.CancelMethod:
                Cancel(cancel.Parameters);
                break;
            case JsonRpcMessage.Notification notification:
                await TakeAsync(notification, cancellationToken);
                break;
            case JsonRpcMessage.Answer answer:
                Settle(answer);
                break;
        }
    }

    private async ValueTask TakeAsync(JsonRpcMessage.Notification notification, CancellationToken cancellationToken)
    {
        if (!_notifications.TryGetValue(notification.Method, out var take))
        {
            return;
        }

        try
        {
            await take(notification.Parameters, cancellationToken);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or MessageTransportException))
        {
            _options.OnFault?.Invoke(notification.Method, fault);
        }
    }

    private void Begin(JsonRpcMessage.Request request)
    {
        if (!_requests.TryGetValue(request.Method, out var method))
        {
            Answer(request.Id, ErrorWriter(
                JsonRpcErrorCodes.MethodNotFound, $"Nobody answers the method {Shorten(request.Method)}.", reason: null));
            return;
        }

        if (Volatile.Read(ref _unanswered) >= MostUnanswered)
        {
            Answer(request.Id, ErrorWriter(JsonRpcErrorCodes.Busy, "Too many requests are waiting; ask again later.", "busy"));
            return;
        }

        var cancelling = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        if (!_answering.TryAdd(request.Id, cancelling))
        {
            cancelling.Dispose();
            Answer("null", ErrorWriter(
                JsonRpcErrorCodes.InvalidRequest, $"The id {request.Id} is that of a request still open.", reason: null));
            return;
        }

        Interlocked.Increment(ref _unanswered);
        // On the pool from its first step: a method that computes before it waits must not hold up reading.
        var begun = method.BeginsInOrder ? WorkAsync(request, method, cancelling.Token) : null;
        _ = Task.Run(
            () => AnswerAsync(request, begun ?? WorkAsync(request, method, cancelling.Token), cancelling), CancellationToken.None);
    }

    private async Task AnswerAsync(
        JsonRpcMessage.Request request, Task<Action<Utf8JsonWriter>> work, CancellationTokenSource cancelling)
    {
        var answer = await work;
        _answering.TryRemove(request.Id, out _);
        cancelling.Dispose();
        await SendAnswerAsync(request.Id, answer);
    }

    private async Task<Action<Utf8JsonWriter>> WorkAsync(
        JsonRpcMessage.Request request, JsonRpcMethods.RequestEntry method, CancellationToken cancellationToken)
    {
        try
        {
            var result = await (method.WaitsOutside
                ? method.Method(request.Parameters, cancellationToken)
                : InTurnAsync(request, method, cancellationToken));
            return writer =>
            {
                writer.WritePropertyName("result");
                result(writer);
            };
        }
        catch (JsonRpcException refusal)
        {
            return ErrorWriter(refusal.Code, refusal.Message, refusal.Reason, refusal.Details);
        }
        catch (JsonException unreadable)
        {
            return ErrorWriter(
                JsonRpcErrorCodes.InvalidParameters, $"{request.Method}: {unreadable.Message}", "invalid-parameters");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ErrorWriter(JsonRpcErrorCodes.Cancelled, "The request was cancelled.", "cancelled");
        }
        catch (Exception fault)
        {
            _options.OnFault?.Invoke(request.Method, fault);
            return ErrorWriter(JsonRpcErrorCodes.InternalError, $"{request.Method} broke.", "broke");
        }
    }

    private async Task<Action<Utf8JsonWriter>> InTurnAsync(
        JsonRpcMessage.Request request, JsonRpcMethods.RequestEntry method, CancellationToken cancellationToken)
    {
        await _running.WaitAsync(cancellationToken);
        try
        {
            return await method.Method(request.Parameters, cancellationToken);
        }
        finally
        {
            _running.Release();
        }
    }

    private void Cancel(JsonElement parameters)
    {
        if (parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty(_options.CancelIdName, out var id)
            && _answering.TryGetValue(id.GetRawText(), out var cancelling))
        {
            try
            {
                cancelling.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It was answered this very moment.
            }
        }
    }

    private void Settle(JsonRpcMessage.Answer answer)
    {
        if (!long.TryParse(answer.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !_pending.TryRemove(id, out var pending))
        {
            return;   // given up by us, never asked, or about a text that the other side could not read
        }

        if (answer.Error is { } error)
        {
            pending.TrySetException(error);
        }
        else
        {
            pending.TrySetResult(answer.Result);
        }
    }

    private async ValueTask TellOfCancellingAsync(long id)
    {
        if (_options.CancelMethod is not { } method || _ended.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await SendAsync(
                writer =>
                {
                    writer.WriteString("method", method);
                    writer.WriteStartObject("params");
                    writer.WriteNumber(_options.CancelIdName, id);
                    writer.WriteEndObject();
                },
                _ended.Token);
        }
        catch (Exception ended) when (ended is JsonRpcEndedException or OperationCanceledException)
        {
            // Then it is cancelled in any case.
        }
    }

    private void Answer(string id, Action<Utf8JsonWriter> write)
    {
        Interlocked.Increment(ref _unanswered);
        _ = SendAnswerAsync(id, write);
    }

    private async Task SendAnswerAsync(string id, Action<Utf8JsonWriter> write)
    {
        try
        {
            await SendAnswerOrWhyNotAsync(id, write);
        }
        catch (Exception ended) when (ended is JsonRpcEndedException or OperationCanceledException)
        {
            // Nobody is left to be answered.
        }
        finally
        {
            Interlocked.Decrement(ref _unanswered);
        }
    }

    private async Task SendAnswerOrWhyNotAsync(string id, Action<Utf8JsonWriter> write)
    {
        try
        {
            await SendAsync(writer => WriteAnswer(writer, id, write), _ended.Token);
        }
        catch (Exception unsendable) when (unsendable is JsonRpcException or JsonException or NotSupportedException)
        {
            var why = ErrorWriter(JsonRpcErrorCodes.InternalError, $"The answer cannot be sent: {unsendable.Message}", JsonRpcErrorReasons.TooLarge);
            await SendAsync(writer => WriteAnswer(writer, id, why), _ended.Token);
        }
    }

    private static void WriteAnswer(Utf8JsonWriter writer, string id, Action<Utf8JsonWriter> write)
    {
        writer.WritePropertyName("id");
        writer.WriteRawValue(id, skipInputValidation: true);
        write(writer);
    }

    private static Action<Utf8JsonWriter> ErrorWriter(int code, string message, string? reason, JsonElement? details = null) =>
        writer =>
        {
            writer.WriteStartObject("error");
            writer.WriteNumber("code", code);
            writer.WriteString("message", message);
            if (details is { } data)
            {
                writer.WritePropertyName("data");
                data.WriteTo(writer);
            }
            else if (reason is not null)
            {
                writer.WriteStartObject("data");
                writer.WriteString("code", reason);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        };

    private static string Shorten(string text) => text.Length <= 100 ? text : $"{text[..100]}…";

    private async ValueTask SendAsync(Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        var text = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(text, s_writing))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            write(writer);
            writer.WriteEndObject();
        }

        if (text.WrittenCount > _transport.MaxMessageBytes)
        {
            throw new JsonRpcException(
                JsonRpcErrorCodes.InternalError,
                $"A message of {text.WrittenCount} bytes is longer than the {_transport.MaxMessageBytes} that fit.",
                JsonRpcErrorReasons.TooLarge);
        }

        try
        {
            await _transport.SendAsync(text.WrittenMemory, cancellationToken);
        }
        catch (MessageTransportException gone)
        {
            throw new JsonRpcEndedException(_why?.Message ?? gone.Message, gone);
        }
    }

    private void ThrowIfEnded()
    {
        if (_why is { } why)
        {
            throw new JsonRpcEndedException(why.Message, why);
        }
    }

    private async Task<JsonRpcEndedException> EndAsync(string reason, Exception? cause)
    {
        lock (_ending)
        {
            if (_why is not null)
            {
                return _why;
            }

            _why = new JsonRpcEndedException(reason, cause);
        }

        await _ended.CancelAsync();
        foreach (var id in _pending.Keys)
        {
            if (_pending.TryRemove(id, out var pending))
            {
                pending.TrySetException(new JsonRpcEndedException(reason, cause));
            }
        }

        using var limit = new CancellationTokenSource(s_closeTime);
        try
        {
            await _transport.CloseAsync(reason, limit.Token);
        }
        finally
        {
            _closed.SetResult();
        }

        return _why;
    }
}
