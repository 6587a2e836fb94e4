using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Client.Api;
using Atelier.Protocol.JsonRpc;

namespace Atelier.Cli.Bridges;

/// <summary>Carries the Model Context Protocol between standard input and output and the server's tools, trying again while the server is away.</summary>
/// <param name="find">Finds the server, which may have moved meanwhile.</param>
/// <param name="workSession">The line of work that asks; null when it is none.</param>
/// <param name="http">For calls.</param>
/// <param name="say">Says something to a person; never on standard output, which is the program's.</param>
/// <param name="time">The clock.</param>
internal sealed class ToolBridge(Func<ApiClient> find, string? workSession, HttpClient http, Action<string> say, TimeProvider time)
{
    private const int MaxMessageBytes = 4 << 20;
    private const int MaxOpenCalls = 64;
    private static readonly TimeSpan s_soonest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_latest = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, CancellationTokenSource> _open = new();

    /// <summary>Runs until the program ends its side, and everything it has asked is answered.</summary>
    public async Task RunAsync(Stream input, Stream output, CancellationToken cancellationToken)
    {
        _ = find(); // who has no server is told so at once
        await using var program = new LineMessages(input, output, MaxMessageBytes);
        using var places = new SemaphoreSlim(MaxOpenCalls);
        var calls = new ConcurrentDictionary<Task, bool>();
        while (await program.ReceiveAsync(cancellationToken) is { } line)
        {
            if (Read(line.Span) is not { } message)
            {
                await SendAsync(program, Error(id: null, JsonRpcErrorCodes.ParseError, "That line is no message."), cancellationToken);
                continue;
            }

            if (Text(message["method"]) == "notifications/cancelled" && message["params"]?["requestId"]?.ToJsonString() is { } given && _open.TryGetValue(given, out var giveUp))
            {
                await giveUp.CancelAsync();
                continue;
            }

            await places.WaitAsync(cancellationToken);
            var call = Task.Run(() => ForwardAsync(program, message, cancellationToken), cancellationToken);
            calls[call] = true;
            _ = call.ContinueWith(
                done =>
                {
                    calls.TryRemove(done, out var _);
                    places.Release();
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            if (message["id"] is null)
            {
                await call; // what is told without being asked is told in its order
            }
        }

        await Task.WhenAll(calls.Keys);
    }

    private async Task ForwardAsync(LineMessages program, JsonObject message, CancellationToken cancellationToken)
    {
        var id = message["id"];
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (id is not null)
        {
            _open[id.ToJsonString()] = giveUp;
        }

        try
        {
            Name(message);
            for (var pause = s_soonest; ; pause = pause * 2 < s_latest ? pause * 2 : s_latest)
            {
                try
                {
                    await SendOnAsync(program, message, giveUp.Token);
                    return;
                }
                catch (Exception away) when (away is HttpRequestException or IOException or CliProblemException)
                {
                    say($"The server does not answer: {away.Message} It is tried again.");
                }

                await Task.Delay(pause, time, giveUp.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The program has given it up, and wants no answer.
        }
        catch (ProblemException refused)
        {
            if (id is not null)
            {
                await SendAsync(program, Error(id, JsonRpcErrorCodes.InternalError, refused.Message), cancellationToken);
            }
        }
        finally
        {
            if (id is not null)
            {
                _open.TryRemove(id.ToJsonString(), out _);
            }
        }
    }

    /// <summary>A call that has to be made again is the same call.</summary>
    private static void Name(JsonObject message)
    {
        if (Text(message["method"]) != "tools/call" || message["params"] is not JsonObject parameters)
        {
            return;
        }

        if (parameters["_meta"] is not JsonObject meta)
        {
            parameters["_meta"] = meta = [];
        }

        meta["atelier"] = new JsonObject { ["callId"] = Guid.NewGuid().ToString("n") };
    }

    private async Task SendOnAsync(LineMessages program, JsonObject message, CancellationToken cancellationToken)
    {
        var server = find();
        var path = workSession is null ? "/mcp" : $"/mcp?workSession={Uri.EscapeDataString(workSession)}";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, path))
        {
            Content = new StringContent(message.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway)
        {
            throw new IOException($"HTTP {(int)answer.StatusCode}.");
        }

        if (!answer.IsSuccessStatusCode)
        {
            throw new ProblemException(answer.StatusCode, new Problem(Type: null, answer.ReasonPhrase, (int)answer.StatusCode, "The server's tools refuse the call."));
        }

        var isAnswered = message["id"] is null;
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            if (Read(Encoding.UTF8.GetBytes(item.Data)) is { } said)
            {
                isAnswered |= said["method"] is null;
                await SendAsync(program, said, cancellationToken);
            }
        }

        if (!isAnswered)
        {
            throw new IOException("The answer ended before it was there.");
        }
    }

    private static ValueTask SendAsync(LineMessages program, JsonObject message, CancellationToken cancellationToken) =>
        program.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), cancellationToken);

    private static JsonObject Error(JsonNode? id, int code, string message) => new()
    {
        ["jsonrpc"] = "2.0",
        ["id"] = id?.DeepClone(),
        ["error"] = new JsonObject { ["code"] = code, ["message"] = message },
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject? Read(ReadOnlySpan<byte> message)
    {
        try
        {
            return JsonNode.Parse(message) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
