using System.Text.Json.Nodes;
using Atelier.Cli.Bridges;

namespace Atelier.Cli.Tests.Bridges;

/// <summary>What is said again over a new connection, and what is not (AE13).</summary>
public sealed class EditorConversationTests
{
    private int _names;

    [Fact]
    [Trait("rule", "AE13")]
    public void Conversations_are_taken_up_before_what_is_pending_is_said_again_under_its_name()
    {
        var conversation = Greeted();
        Open(conversation, "s1", at: 4);
        var prompt = Assert.Single(conversation.FromEditor(Request(7, "session/prompt", """{"sessionId":"s1","prompt":[]}""")));
        conversation.FromServer(Update("s1", 6, 0));
        conversation.Lost();

        var first = conversation.Connected();
        Assert.Equal(["initialize", "session/resume"], first.Select(Method));
        Assert.Equal(5, (long?)first[1].Message["params"]?["_meta"]?["atelier"]?["after"]);
        Assert.Empty(conversation.FromEditor(Request(8, "session/list", "{}")));
        Assert.Empty(conversation.FromServer(Answer(first[0].Message["id"], "{}")));
        var again = conversation.FromServer(Answer(first[1].Message["id"], """{"_meta":{"atelier":{"openRequests":[]}}}"""));

        Assert.Equal(["session/prompt", "session/list"], again.Select(Method));
        Assert.Equal(prompt.Message.ToJsonString(), again[0].Message.ToJsonString());
    }

    [Fact]
    [Trait("rule", "AE13")]
    public void An_update_that_the_editor_has_had_is_not_told_again_and_loading_tells_all_of_it()
    {
        var conversation = Greeted();
        Open(conversation, "s1", at: 0);
        int Told(long number, int piece) => conversation.FromServer(Update("s1", number, piece)).Count;

        Assert.Equal([1, 1, 0, 0, 1], new[] { Told(1, 0), Told(1, 1), Told(1, 0), Told(1, 1), Told(2, 0) });
        conversation.FromEditor(Request(9, "session/load", """{"sessionId":"s1"}"""));
        Assert.Equal([1, 1], new[] { Told(1, 0), Told(1, 1) });
        conversation.Lost();
        Assert.Equal(["initialize"], conversation.Connected().Select(Method));
        Assert.Equal([0, 0, 1], new[] { Told(1, 0), Told(1, 1), Told(2, 0) });
    }

    [Fact]
    [Trait("rule", "AE13")]
    public void A_question_is_asked_once_and_an_answer_given_meanwhile_is_delivered()
    {
        var conversation = Greeted();
        Open(conversation, "s1", at: 0);
        var asked = Assert.Single(conversation.FromServer(Question(1, "req_1")));
        var other = Assert.Single(conversation.FromServer(Question(2, "req_2")));
        conversation.Lost();
        Assert.Empty(conversation.FromEditor(Answer(asked.Message["id"], """{"outcome":{"outcome":"selected","optionId":"yes"}}""")));
        var said = conversation.Connected();

        var withdrawn = conversation.FromServer(Answer(said[1].Message["id"], """{"_meta":{"atelier":{"openRequests":["req_1"]}}}"""));
        var delivered = Assert.Single(conversation.FromServer(Question(5, "req_1")));

        Assert.Equal(("$/cancel_request", other.Message["id"]?.ToJsonString()), (Method(withdrawn[0]), withdrawn[0].Message["params"]?["requestId"]?.ToJsonString()));
        Assert.Equal((false, 5, "yes"), (delivered.ToEditor, (int?)delivered.Message["id"], (string?)delivered.Message["result"]?["outcome"]?["optionId"]));
    }

    [Fact]
    [Trait("rule", "AE13")]
    public void A_cancel_that_may_have_been_lost_is_said_again_behind_its_prompt()
    {
        var conversation = Greeted();
        Open(conversation, "s1", at: 0);
        conversation.FromEditor(Request(7, "session/prompt", """{"sessionId":"s1","prompt":[]}"""));
        conversation.Lost();
        Assert.Empty(conversation.FromEditor(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = "session/cancel", ["params"] = new JsonObject { ["sessionId"] = "s1" } }));
        var said = conversation.Connected();

        Assert.Equal(["session/prompt", "session/cancel"], conversation.FromServer(Answer(said[1].Message["id"], "{}")).Select(Method));
    }

    private static string? Method(Outgoing one) => (string?)one.Message["method"];

    private EditorConversation Greeted()
    {
        var conversation = new EditorConversation(() => $"name{++_names}");
        Assert.Empty(conversation.Connected());
        Assert.Single(conversation.FromEditor(Request(0, "initialize", """{"protocolVersion":1}""")));
        Assert.Single(conversation.FromServer(Answer(0, """{"protocolVersion":1}""")));
        return conversation;
    }

    private static void Open(EditorConversation conversation, string session, int at)
    {
        conversation.FromEditor(Request(1, "session/new", """{"cwd":"/"}"""));
        conversation.FromServer(Answer(1, $$$$$"""{"sessionId":"{{{{{session}}}}}","_meta":{"atelier":{"event":{{{{{at}}}}}}}}"""));
    }

    private static JsonObject Request(int id, string method, string parameters) =>
        new() { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = JsonNode.Parse(parameters) };

    private static JsonObject Answer(JsonNode? id, string result) => new() { ["jsonrpc"] = "2.0", ["id"] = id?.DeepClone(), ["result"] = JsonNode.Parse(result) };

    private static JsonObject Question(int id, string request) =>
        Request(id, "session/request_permission", $$$$$"""{"sessionId":"s1","options":[],"_meta":{"atelier":{"requestId":"{{{{{request}}}}}"}}}""");

    private static JsonObject Update(string session, long number, int piece) => new()
    {
        ["jsonrpc"] = "2.0",
        ["method"] = "session/update",
        ["params"] = JsonNode.Parse($$$$$"""{"sessionId":"{{{{{session}}}}}","update":{},"_meta":{"atelier":{"event":{{{{{number}}}}},"piece":{{{{{piece}}}}}}}}"""),
    };
}
