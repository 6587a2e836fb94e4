using System.Net;
using System.Text.Json.Nodes;
using Atelier.FakeModelServer;
using Atelier.FakeModelServer.Events;

namespace Atelier.TestKit.Tests.Models;

public sealed class ModelServerTests : IAsyncLifetime
{
    private readonly HttpClient _client = new(new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(60) };
    private ModelServer _server = null!; // set before each test

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ModelServer.StartAsync(TimeProvider.System, cancellationToken: Cancelled);
        _client.BaseAddress = _server.Address;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Conversation.All), MemberType = typeof(Conversation))]
    public async Task A_script_goes_on_behind_each_tool_call(string protocol, bool streamed)
    {
        var talk = Conversation.With(protocol, _client, streamed);
        talk.Person("List it. %% pace 200 %% say I look first. %% run ls -l %% say Two files. %% say That is all.");

        var first = await talk.AskAsync();
        var call = Assert.Single(first.Calls);
        Assert.Equal("I look first.", first.Text);
        Assert.Equal("""{"command":"ls -l","description":"scripted"}""", call.Arguments);

        talk.Result(call.Id, call.Tool, "a b");
        var second = await talk.AskAsync();
        Assert.Equal("Two files.\n\nThat is all.", second.Text);
        Assert.Empty(second.Calls);
        Assert.NotEqual(call.Tool, second.Finish);
        Assert.Equal(
            ["tools", "stop"],
            _server.Events.Where(happened => happened.Kind == ModelEventKind.Ended).Select(happened => happened.Detail));
    }

    [Theory]
    [MemberData(nameof(Conversation.All), MemberType = typeof(Conversation))]
    public async Task Thoughts_are_kept_apart_from_what_is_said(string protocol, bool streamed)
    {
        var talk = Conversation.With(protocol, _client, streamed);
        talk.Person("%% think Let me see. %% say Seen.");

        var answer = await talk.AskAsync();

        Assert.Equal("Seen.", answer.Text);
        // A whole response of OpenAI's carries no thoughts; there is no field for them.
        Assert.Equal((protocol, streamed) == ("responses", false) ? "" : "Let me see.", answer.Thoughts);
    }

    [Theory]
    [MemberData(nameof(Conversation.All), MemberType = typeof(Conversation))]
    public async Task An_error_is_given_as_often_as_the_script_says(string protocol, bool streamed)
    {
        var talk = Conversation.With(protocol, _client, streamed);
        talk.Person("%% error 429 2 %% say At last.");

        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var refused = await talk.PostAsync();
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.NotNull(JsonNode.Parse(await refused.Content.ReadAsStringAsync(Cancelled))!["error"]);
        }

        Assert.Equal("At last.", (await talk.AskAsync()).Text);
    }

    [Theory]
    [MemberData(nameof(Conversation.All), MemberType = typeof(Conversation))]
    public async Task A_title_asked_beside_the_turn_does_not_play_the_script(string protocol, bool streamed)
    {
        var talk = Conversation.With(protocol, _client, streamed);
        talk.Person("Do it. %% say Done.");

        var title = await talk.AskAsync(withTools: false, system: "You write a title for this conversation.");

        Assert.Equal("Scripted session", title.Text);
        Assert.Equal(RequestPurpose.Title, _server.Events[0].Purpose);
    }

    [Theory]
    [MemberData(nameof(Conversation.All), MemberType = typeof(Conversation))]
    public async Task An_answer_of_a_given_shape_has_that_shape(string protocol, bool streamed)
    {
        var talk = Conversation.With(protocol, _client, streamed);
        talk.Person("Who speaks next? %% say Never said.");
        var schema = JsonNode.Parse(
            """
            {"type":"object","properties":{"reason":{"type":"string"},"next":{"type":"string","enum":["user","model"]},
             "files":{"type":"array"},"sure":{"type":["boolean","null"]}}}
            """)!.AsObject();

        var answer = await talk.AskAsync(withTools: false, schema: schema);

        Assert.Equal("""{"reason":"scripted","next":"user","files":[],"sure":false}""", answer.Text);
    }

    [Theory]
    [MemberData(nameof(Conversation.All), MemberType = typeof(Conversation))]
    public async Task A_new_prompt_without_a_script_does_not_repeat_the_last_one(string protocol, bool streamed)
    {
        var talk = Conversation.With(protocol, _client, streamed);
        talk.Person("%% run ls %% say Done.");
        var call = (await talk.AskAsync()).Calls.Single();
        talk.Result(call.Id, call.Tool, "a");
        Assert.Equal("Done.", (await talk.AskAsync()).Text);

        talk.Person("%% say Something else.");

        Assert.Equal("Something else.", (await talk.AskAsync()).Text);
    }

    [Fact]
    public async Task A_stream_is_cut_where_the_script_says_and_whole_when_asked_again()
    {
        var talk = Conversation.With("anthropic", _client, streamed: true);
        talk.Person("%% say Half %% cut %% say and half.");

        // A reset can overtake what was sent before it, the head of the answer included.
        await Assert.ThrowsAnyAsync<HttpRequestException>(async () =>
        {
            using var cut = await talk.PostAsync();
            await cut.Content.ReadAsStringAsync(Cancelled);
        });

        Assert.Equal("Half\n\nand half.", (await talk.AskAsync()).Text);
    }

    [Fact]
    public async Task Nothing_leaves_before_the_signal_is_given()
    {
        var talk = Conversation.With("chat", _client, streamed: true);
        talk.Person("%% wait-for green %% say Go.");

        var answer = talk.AskAsync();
        await _server.FirstEventAsync(happened => happened is { Kind: ModelEventKind.Waiting, Detail: "green" }, 0, Cancelled);
        Assert.DoesNotContain(_server.Events, happened => happened.Kind == ModelEventKind.FirstOutput);

        _server.Signal("green");
        Assert.Equal("Go.", (await answer).Text);
    }

    [Fact]
    public async Task A_program_that_hangs_up_is_noticed()
    {
        var talk = Conversation.With("anthropic", _client, streamed: true);
        talk.Person("%% say Hello. %% wait-for nothing");
        using (await talk.PostAsync())
        {
            await _server.FirstEventAsync(happened => happened.Kind == ModelEventKind.Waiting, 0, Cancelled);
        }

        await _server.FirstEventAsync(happened => happened.Kind == ModelEventKind.Cancelled, 0, Cancelled);
    }

    [Fact]
    public async Task A_restarted_server_goes_on_where_the_conversation_stands()
    {
        await using var second = await ModelServer.StartAsync(TimeProvider.System, cancellationToken: Cancelled);
        using var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = second.Address };
        var talk = Conversation.With("gemini", client, streamed: true);
        talk.Person("%% run one %% say Between. %% run two %% say Both are done.");
        talk.Result("one", "run_shell_command", "1");

        var answer = await talk.AskAsync();

        Assert.Equal("Between.", answer.Text);
        Assert.Single(answer.Calls);
    }

    [Fact]
    public async Task A_step_that_is_not_understood_is_a_bad_request_with_a_reason()
    {
        var talk = Conversation.With("chat", _client, streamed: true);
        talk.Person("%% sing a song");

        using var refused = await talk.PostAsync();

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync(Cancelled))!;
        Assert.Equal("The script step 'sing' is not known.", (string?)problem["error"]!["message"]);
    }
}
