using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.Protocol.Tests.JsonRpc;

public sealed class JsonRpcPeerTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_sides_ask_and_answer_at_the_same_time()
    {
        var (left, right) = InMemoryMessages.Pair();
        await using var asker = Start(left, Echo("left"));
        await using var answerer = Start(right, Echo("right"));

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(number => AskAsync(number % 2 == 0 ? asker : answerer, $"worker {number}")));

        Assert.Equal(
            Enumerable.Range(0, 100).Select(number => $"{(number % 2 == 0 ? "right" : "left")} heard worker {number}"), answers);
    }

    [Fact]
    public async Task A_method_may_ask_back_before_it_answers()
    {
        var (left, right) = InMemoryMessages.Pair();
        await using var asker = Start(left, Echo("left"));
        JsonRpcPeer? answerer = null;
        var methods = new JsonRpcMethods().OnRequest(
            "echo",
            HostJson.Default.WorkerRequest,
            HostJson.Default.SavedFile,
            async (request, _) => new SavedFile(await AskAsync(answerer!, request.WorkerId)));
        answerer = Start(right, methods);

        Assert.Equal("left heard me", await AskAsync(asker, "me"));
        await answerer.DisposeAsync();
    }

    [Fact]
    public async Task A_request_in_order_has_begun_when_the_notification_behind_it_is_taken()
    {
        var (left, right) = InMemoryMessages.Pair();
        var begun = false;
        var seen = new TaskCompletionSource<bool>();
        await using var answerer = Start(right, new JsonRpcMethods()
            .OnRequest("begin", HostJson.Default.WorkerRequest, HostJson.Default.SavedFile, async (request, _) =>
            {
                begun = true;
                await seen.Task;
                return new SavedFile(request.WorkerId);
            }, beginsInOrder: true)
            .OnNotification("behind", HostJson.Default.WorkerRequest, (_, _) =>
            {
                seen.SetResult(begun);
                return ValueTask.CompletedTask;
            }));

        await left.SayAsync("""{"jsonrpc":"2.0","id":1,"method":"begin","params":{"workerId":"a"}}""");
        await left.SayAsync("""{"jsonrpc":"2.0","method":"behind","params":{"workerId":"a"}}""");

        Assert.True(await seen.Task.WaitAsync(s_patience, Token));
        Assert.Equal("""{"jsonrpc":"2.0","id":1,"result":{"path":"a"}}""", await left.HearAsync());
    }

    [Fact]
    [Trait("rule", "HL3")]
    public async Task A_refusal_carries_a_stable_word_and_a_message()
    {
        var (left, right) = InMemoryMessages.Pair();
        await using var asker = Start(left, new JsonRpcMethods());
        await using var answerer = Start(right, Answering((_, _) => throw new JsonRpcException("not-found", "No such worker.")));

        var refusal = await Assert.ThrowsAsync<JsonRpcException>(() => AskAsync(asker, "me"));

        Assert.Equal(("not-found", "No such worker.", JsonRpcErrorCodes.Refused), (refusal.Reason, refusal.Message, refusal.Code));
    }

    [Fact]
    [Trait("rule", "HL2")]
    public async Task An_unknown_method_is_answered_as_such_and_an_unknown_notification_dropped()
    {
        var (left, right) = InMemoryMessages.Pair();
        await using var answerer = Start(right, new JsonRpcMethods());

        await left.SayAsync("""{"jsonrpc":"2.0","method":"nobody/knows","params":{}}""");
        await left.SayAsync("""{"jsonrpc":"2.0","id":"a","method":"nobody/answers","params":{}}""");

        Assert.Equal(
            """{"jsonrpc":"2.0","id":"a","error":{"code":-32601,"message":"Nobody answers the method nobody/answers."}}""",
            await left.HearAsync());
    }

    [Fact]
    public async Task A_method_that_breaks_says_nothing_of_its_insides()
    {
        var (left, right) = InMemoryMessages.Pair();
        var faults = new List<string>();
        await using var answerer = Start(
            right,
            Answering((_, _) => throw new InvalidOperationException("secret")),
            new JsonRpcOptions { OnFault = (method, fault) => faults.Add($"{method}: {fault.Message}") });

        await left.SayAsync("""{"jsonrpc":"2.0","id":1,"method":"echo","params":{"workerId":"w"}}""");

        Assert.Equal(
            """{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"echo broke.","data":{"code":"broke"}}}""", await left.HearAsync());
        Assert.Equal(["echo: secret"], faults);
    }

    [Theory]
    [InlineData("""{"workerId":7}""")]
    [InlineData("""[]""")]
    [InlineData("null")]
    public async Task Parameters_of_the_wrong_type_are_refused(string parameters)
    {
        var (left, right) = InMemoryMessages.Pair();
        await using var answerer = Start(right, Echo("right"));

        await left.SayAsync($$"""{"jsonrpc":"2.0","id":1,"method":"echo","params":{{parameters}}}""");

        Assert.Equal(JsonRpcErrorCodes.InvalidParameters, await HearErrorAsync(left));
    }

    [Theory]
    [InlineData("", JsonRpcErrorCodes.ParseError)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"meth", JsonRpcErrorCodes.ParseError)]
    [InlineData("\"text\"", JsonRpcErrorCodes.InvalidRequest)]
    [InlineData("17", JsonRpcErrorCodes.InvalidRequest)]
    [InlineData("null", JsonRpcErrorCodes.InvalidRequest)]
    [InlineData("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":{\"workerId\":\"w\"}}]", JsonRpcErrorCodes.InvalidRequest)]
    [InlineData("{}", JsonRpcErrorCodes.InvalidRequest)]
    [InlineData("{\"id\":1}", JsonRpcErrorCodes.InvalidRequest)]
    [InlineData("{\"id\":{},\"result\":{}}", JsonRpcErrorCodes.InvalidRequest)]
    [InlineData("{\"id\":1,\"method\":7}", JsonRpcErrorCodes.InvalidRequest)]
    [InlineData("{\"id\":1,\"method\":\"\\ud800\"}", JsonRpcErrorCodes.InvalidRequest)]
    [InlineData("{\"id\":null,\"method\":\"echo\",\"params\":{\"workerId\":\"w\"}}", JsonRpcErrorCodes.InvalidRequest)]
    [InlineData("{\"id\":[1],\"method\":\"echo\",\"params\":{\"workerId\":\"w\"}}", JsonRpcErrorCodes.InvalidRequest)]
    [InlineData("{\"id\":1,\"id\":2,\"method\":\"echo\",\"params\":{\"workerId\":\"w\"}}", JsonRpcErrorCodes.ParseError)]
    [InlineData("{\"id\":1,\"method\":\"echo\",\"params\":\"w\"}", JsonRpcErrorCodes.InvalidRequest)]
    public async Task What_is_not_a_message_is_answered_and_the_conversation_goes_on(string text, int code)
    {
        var (left, right) = InMemoryMessages.Pair();
        await using var answerer = Start(right, Echo("right"));

        await left.SayAsync(text);
        Assert.Equal(code, await HearErrorAsync(left));

        await left.SayAsync("""{"jsonrpc":"2.0","id":1,"method":"echo","params":{"workerId":"w"}}""");
        Assert.Equal("""{"jsonrpc":"2.0","id":1,"result":{"path":"right heard w"}}""", await left.HearAsync());
    }

    [Fact]
    public async Task A_text_nested_too_deep_is_not_a_message()
    {
        var (left, right) = InMemoryMessages.Pair();
        await using var answerer = Start(right, Echo("right"));

        await left.SayAsync($$"""{"id":1,"method":"echo","params":{{new string('[', 100_000)}}{{new string(']', 100_000)}}}""");

        Assert.Equal(JsonRpcErrorCodes.ParseError, await HearErrorAsync(left));
    }

    [Fact]
    [Trait("rule", "HL9")]
    public async Task Nothing_but_malformed_messages_ends_the_conversation_with_a_reason()
    {
        var (left, right) = InMemoryMessages.Pair();
        var answerer = new JsonRpcPeer(right, Echo("right"), new JsonRpcOptions { MaxMalformedMessages = 3 });
        var ended = answerer.RunAsync(Token);

        for (var time = 0; time < 3; time++)
        {
            await left.SayAsync("{");
        }

        Assert.StartsWith("3 messages in a row could not be read.", (await ended.WaitAsync(s_patience, Token)).Message, StringComparison.Ordinal);
        Assert.StartsWith("3 messages in a row could not be read.", right.CloseReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_nobody_waits_for_are_passed_over()
    {
        var (left, right) = InMemoryMessages.Pair();
        await using var asker = Start(right, new JsonRpcMethods());
        var asked = AskAsync(asker, "w");
        Assert.NotNull(await left.HearAsync());

        await left.SayAsync("""{"id":99,"result":{"path":"wrong"}}""");
        await left.SayAsync("""{"id":"1","result":{"path":"wrong"}}""");
        await left.SayAsync("""{"id":1.0,"result":{"path":"wrong"}}""");
        await left.SayAsync("""{"id":null,"error":{"code":-32700,"message":"?"}}""");
        await left.SayAsync("""{"id":1,"result":{"path":"right"}}""");
        await left.SayAsync("""{"id":1,"result":{"path":"again"}}""");

        Assert.Equal("right", await asked.WaitAsync(s_patience, Token));
    }

    [Theory]
    [InlineData("""{"id":1,"error":"no"}""")]
    [InlineData("""{"id":1,"error":{"code":"x","message":7,"data":[]}}""")]
    [InlineData("""{"id":1,"error":{"code":1e99,"message":"\ud800","data":{"code":7}}}""")]
    [InlineData("""{"id":1,"result":[]}""")]
    [InlineData("""{"id":1,"result":null}""")]
    public async Task An_answer_that_cannot_be_read_is_an_error_of_that_request(string answer)
    {
        var (left, right) = InMemoryMessages.Pair();
        await using var asker = Start(right, new JsonRpcMethods());
        var asked = AskAsync(asker, "w");
        Assert.NotNull(await left.HearAsync());

        await left.SayAsync(answer);

        await Assert.ThrowsAsync<JsonRpcException>(() => asked.WaitAsync(s_patience, Token));
    }

    [Fact]
    public async Task All_open_requests_fail_alike_when_the_conversation_ends()
    {
        var (left, right) = InMemoryMessages.Pair();
        await using var asker = Start(right, new JsonRpcMethods());
        var asked = Enumerable.Range(0, 20).Select(number => AskAsync(asker, $"w{number}")).ToArray();

        await left.DisposeAsync();

        foreach (var request in asked)
        {
            await Assert.ThrowsAsync<JsonRpcEndedException>(() => request.WaitAsync(s_patience, Token));
        }

        await Assert.ThrowsAsync<JsonRpcEndedException>(() => AskAsync(asker, "later"));
    }

    [Fact]
    public async Task A_method_is_cancelled_when_the_conversation_ends()
    {
        var (left, right) = InMemoryMessages.Pair();
        var begun = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var answerer = Start(right, Answering(async (_, cancellationToken) =>
        {
            await using var registration = cancellationToken.Register(cancelled.SetResult);
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException();
        }));
        await left.SayAsync("""{"id":1,"method":"echo","params":{"workerId":"w"}}""");
        await begun.Task.WaitAsync(s_patience, Token);

        await left.DisposeAsync();

        await cancelled.Task.WaitAsync(s_patience, Token);
    }

    [Fact]
    public async Task Cancelling_a_request_cancels_the_method_on_the_other_side()
    {
        var (left, right) = InMemoryMessages.Pair();
        var options = new JsonRpcOptions { CancelMethod = "$/cancelRequest" };
        var begun = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var asker = Start(left, new JsonRpcMethods(), options);
        await using var answerer = Start(
            right,
            Answering(async (_, cancellationToken) =>
            {
                await using var registration = cancellationToken.Register(cancelled.SetResult);
                begun.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                throw new InvalidOperationException();
            }),
            options);
        using var giveUp = new CancellationTokenSource();
        var asked = AskUntilAsync(asker, "w", giveUp.Token);
        await begun.Task.WaitAsync(s_patience, Token);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await cancelled.Task.WaitAsync(s_patience, Token);
    }

    [Fact]
    public async Task Requests_that_wait_for_ever_do_not_hold_up_reading()
    {
        var (left, right) = InMemoryMessages.Pair();
        var release = new TaskCompletionSource();
        var noticed = new TaskCompletionSource();
        var methods = Answering(async (request, _) =>
        {
            await release.Task;
            return new SavedFile(request.WorkerId);
        }).OnNotification(HostMethods.WorkerChanged, HostJson.Default.WorkerRequest, (_, _) =>
        {
            noticed.SetResult();
            return ValueTask.CompletedTask;
        });
        await using var answerer = Start(right, methods, new JsonRpcOptions { MaxRunningRequests = 2, MaxWaitingRequests = 3 });

        for (var id = 1; id <= 6; id++)
        {
            await left.SayAsync($$$"""{"id":{{{id}}},"method":"echo","params":{"workerId":"w"}}""");
        }

        await left.SayAsync("""{"method":"worker/changed","params":{"workerId":"w"}}""");
        await noticed.Task.WaitAsync(s_patience, Token);
        Assert.Equal(JsonRpcErrorCodes.Busy, await HearErrorAsync(left));

        release.SetResult();
        for (var answer = 0; answer < 5; answer++)
        {
            Assert.Contains("result", await left.HearAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Requests_that_wait_outside_take_no_place_from_those_that_run()
    {
        var (left, right) = InMemoryMessages.Pair();
        var release = new TaskCompletionSource();
        var methods = Answering((request, _) => Task.FromResult(new SavedFile(request.WorkerId))).OnRequest(
            "wait",
            HostJson.Default.WorkerRequest,
            HostJson.Default.SavedFile,
            async (request, _) =>
            {
                await release.Task;
                return new SavedFile(request.WorkerId);
            },
            waitsOutside: true);
        await using var answerer = Start(right, methods, new JsonRpcOptions { MaxRunningRequests = 1 });

        for (var id = 1; id <= 5; id++)
        {
            await left.SayAsync($$$"""{"id":{{{id}}},"method":"wait","params":{"workerId":"w"}}""");
        }

        await left.SayAsync("""{"id":6,"method":"echo","params":{"workerId":"w"}}""");
        Assert.Contains("\"id\":6", await left.HearAsync(), StringComparison.Ordinal);
        release.SetResult();
    }

    [Fact]
    public async Task An_id_that_is_still_open_cannot_be_used_again()
    {
        var (left, right) = InMemoryMessages.Pair();
        var release = new TaskCompletionSource();
        await using var answerer = Start(right, Answering(async (request, _) =>
        {
            await release.Task;
            return new SavedFile(request.WorkerId);
        }));

        await left.SayAsync("""{"id":1,"method":"echo","params":{"workerId":"first"}}""");
        await left.SayAsync("""{"id":1,"method":"echo","params":{"workerId":"second"}}""");
        Assert.Equal(JsonRpcErrorCodes.InvalidRequest, await HearErrorAsync(left));
        release.SetResult();

        Assert.Equal("""{"jsonrpc":"2.0","id":1,"result":{"path":"first"}}""", await left.HearAsync());
    }

    [Fact]
    public async Task Who_never_reads_answers_is_not_kept_waiting_for()
    {
        var (left, right) = InMemoryMessages.Pair(capacity: 4);
        var answerer = new JsonRpcPeer(
            right, Echo("right"), new JsonRpcOptions { MaxRunningRequests = 2, MaxWaitingRequests = 2, MaxMalformedMessages = int.MaxValue });
        var ended = answerer.RunAsync(Token);

        while (!ended.IsCompleted)
        {
            await Task.WhenAny(left.SayAsync("nonsense").AsTask(), ended); // nobody reads what is said after the end
        }

        Assert.Equal("The other side asks without reading the answers.", (await ended).Message);
    }

    [Fact]
    [Trait("rule", "HL9")]
    public async Task An_answer_too_long_for_the_transport_becomes_an_error()
    {
        var (left, right) = InMemoryMessages.Pair();
        await using var asker = Start(left, new JsonRpcMethods());
        await using var answerer = Start(right, Answering((_, _) => Task.FromResult(new SavedFile(new string('x', 2 << 20)))));

        var refusal = await Assert.ThrowsAsync<JsonRpcException>(() => AskAsync(asker, "w"));

        Assert.Equal("too-large", refusal.Reason);
    }

    [Fact]
    public async Task Notifications_arrive_in_order_and_before_a_later_answer()
    {
        var (left, right) = InMemoryMessages.Pair();
        var heard = new List<string>();
        await using var asker = Start(left, new JsonRpcMethods().OnNotification(
            HostMethods.WorkerChanged,
            HostJson.Default.WorkerRequest,
            async (request, _) =>
            {
                await Task.Yield();
                heard.Add(request.WorkerId);
            }));
        JsonRpcPeer? answerer = null;
        answerer = Start(right, Answering(async (request, cancellationToken) =>
        {
            for (var number = 0; number < 50; number++)
            {
                await answerer!.NotifyAsync(
                    HostMethods.WorkerChanged, new WorkerRequest($"{number}"), HostJson.Default.WorkerRequest, cancellationToken);
            }

            return new SavedFile("done");
        }));

        await AskAsync(asker, "w");

        Assert.Equal(Enumerable.Range(0, 50).Select(number => $"{number}"), heard);
        await answerer.DisposeAsync();
    }

    [Fact]
    [Trait("kind", "random")]
    public async Task Random_bytes_and_bent_messages_never_break_a_peer()
    {
        const int Seed = 20_251;
        var random = new Random(Seed);
        var (left, right) = InMemoryMessages.Pair();
        await using var answerer = Start(right, Echo("right"), new JsonRpcOptions { MaxMalformedMessages = int.MaxValue });
        var answers = Task.Run(async () =>
        {
            while (await left.HearAsync() is { } text && !text.Contains("the last one", StringComparison.Ordinal))
            {
                Assert.True(JsonDocument.Parse(text).RootElement.TryGetProperty("id", out _), $"seed {Seed}: {text}");
            }
        }, Token);
        var good = """{"jsonrpc":"2.0","id":1,"method":"echo","params":{"workerId":"w"}}""";

        for (var round = 0; round < 5_000; round++)
        {
            var bent = good.ToCharArray();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                bent[random.Next(bent.Length)] = (char)random.Next(1, 0x2FFF);
            }

            await left.SayAsync(new string(bent)[..random.Next(bent.Length + 1)]);
        }

        await left.SayAsync("""{"jsonrpc":"2.0","id":"end","method":"echo","params":{"workerId":"the last one"}}""");
        await answers.WaitAsync(s_patience, Token);
    }

    private static JsonRpcPeer Start(InMemoryMessages transport, JsonRpcMethods methods, JsonRpcOptions? options = null)
    {
        var peer = new JsonRpcPeer(transport, methods, options);
        _ = peer.RunAsync(CancellationToken.None);
        return peer;
    }

    private static JsonRpcMethods Answering(Func<WorkerRequest, CancellationToken, Task<SavedFile>> answer) =>
        new JsonRpcMethods().OnRequest("echo", HostJson.Default.WorkerRequest, HostJson.Default.SavedFile, answer);

    private static JsonRpcMethods Echo(string name) =>
        Answering((request, _) => Task.FromResult(new SavedFile($"{name} heard {request.WorkerId}")));

    private static Task<string> AskAsync(JsonRpcPeer peer, string workerId) =>
        AskUntilAsync(peer, workerId, Token);

    private static async Task<string> AskUntilAsync(
        JsonRpcPeer peer, string workerId, CancellationToken cancellationToken) =>
        (await peer.RequestAsync(
            "echo",
            new WorkerRequest(workerId),
            HostJson.Default.WorkerRequest,
            HostJson.Default.SavedFile,
            cancellationToken).WaitAsync(s_patience, CancellationToken.None)).Path;

    private static async Task<int> HearErrorAsync(InMemoryMessages transport)
    {
        var text = await transport.HearAsync();
        Assert.NotNull(text);
        return JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("code").GetInt32();
    }
}
