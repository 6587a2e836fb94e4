using Atelier.FakeModelServer.Events;
using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Tests.Agents.BuiltIn;

/// <summary>The loop of the built-in agent on real rows, against a scripted model server that speaks as providers do.</summary>
public sealed class BuiltInLoopTests(TestPostgres postgres)
{
    private const string File = "/work/agt_bench1/notes.txt";

    [Theory]
    [InlineData("anthropic")]
    [InlineData("openai-compatible")]
    [Trait("rule", "BA7")]
    public async Task Calls_are_done_and_their_results_told_until_the_model_is_done(string kind)
    {
        await using var bench = await BuiltInBench.OnAsync(postgres, kind);
        bench.World.EndsByItself = true;
        bench.World.Put("/work/agt_bench1/a.txt", "one two");
        var life = await bench.CreateAsync(
            $"Do it. %% think Hm. %% say I look. %% {BuiltInBench.Call("read", new { path = "a.txt" })} %% {BuiltInBench.Call("search", new { pattern = "two" })} %% next"
            + $" %% {BuiltInBench.Call("edit", new { path = "a.txt", old_text = "two", new_text = "three" })} %% {BuiltInBench.Call("write", new { path = "notes.txt", content = "new" })}"
            + $" %% {BuiltInBench.Call("run", new { command = "make test" })} %% say All done.");

        var turn = await BuiltInBench.OverAsync(life);

        Assert.Equal((TurnState.Done, "end_turn", null), (turn.State, turn.StopReason, turn.Problem));
        Assert.Equal(["one two", "/work/agt_bench1/a.txt:1:one two", "Done: a.txt is written.", "Done: notes.txt is written.", "done\n[exit code 0]"], (await bench.CallsAsync()).Select(call => call.Result));
        Assert.Equal(("one three", "new"), (bench.World.Files["/work/agt_bench1/a.txt"], bench.World.Files[File]));
        Assert.Equal("I look.\n\nAll done.", await bench.TextAsync());
        Assert.Equal(3, (await bench.ToldAsync(EventKinds.Usage)).Count);
        Assert.Equal(5, (await bench.ToldAsync(EventKinds.ToolCall)).Count(told => (string?)told["status"] == "completed"));
        Assert.Null((await life.AgentAsync()).Current.Instance); // it needs no process, and none was started
        Assert.Empty(bench.Agents.Instances.Faults);
    }

    [Theory]
    [InlineData("anthropic", "error 429 2")]
    [InlineData("anthropic", "error 529 2")]
    [InlineData("openai-compatible", "error 503 2")]
    [InlineData("anthropic", "say Half of %% cut 2")]
    [InlineData("openai-compatible", "say Half of %% cut 2")]
    [Trait("rule", "BA2")]
    public async Task What_does_not_come_or_breaks_off_is_asked_for_again_and_reads_as_if_it_had_come_at_once(string kind, string trouble)
    {
        await using var bench = await BuiltInBench.OnAsync(postgres, kind);
        var life = await bench.CreateAsync($"Do it. %% {trouble} %% say it all.");

        var turn = await BuiltInBench.OverAsync(life);

        Assert.Equal(TurnState.Done, turn.State);
        Assert.Equal(trouble.StartsWith("say", StringComparison.Ordinal) ? "Half of\n\nit all." : "it all.", await bench.TextAsync());
        var cut = await bench.ToldAsync(EventKinds.AnswerCut);
        Assert.Equal(2, cut.Count);
        Assert.All(cut, told => Assert.NotNull(told["retryAt"]));
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("openai-compatible")]
    public async Task A_call_that_is_no_json_is_told_so_and_the_model_goes_on(string kind)
    {
        await using var bench = await BuiltInBench.OnAsync(postgres, kind);
        var life = await bench.CreateAsync(
            "Do it. %% broken-call write {\"path\":\"notes.txt\",\"content\":\"ha %% next %% call unheard {} %% next %% call read {} %% next"
            + $" %% {BuiltInBench.Call("write", new { path = "notes.txt", content = "whole" })} %% say Done.");

        var turn = await BuiltInBench.OverAsync(life);

        Assert.Equal(TurnState.Done, turn.State);
        var calls = await bench.CallsAsync();
        Assert.Equal([true, true, true, false], calls.Select(call => call.IsError));
        Assert.StartsWith("The arguments are no JSON object.", calls[0].Result, StringComparison.Ordinal);
        Assert.StartsWith("There is no tool unheard.", calls[1].Result, StringComparison.Ordinal);
        Assert.StartsWith("path is missing", calls[2].Result, StringComparison.Ordinal);
        Assert.Equal("whole", bench.World.Files[File]);
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("openai-compatible")]
    [Trait("rule", "BA3")]
    public async Task A_conversation_that_is_too_long_is_summed_up_and_goes_on_where_it_was(string kind)
    {
        await using var bench = await BuiltInBench.OnAsync(postgres, kind);
        bench.World.Put("/work/agt_bench1/a.txt", "one");
        var life = await bench.CreateAsync(
            $"Do it. %% {BuiltInBench.Call("read", new { path = "a.txt" })} %% next %% overflow %% {BuiltInBench.Call("write", new { path = "notes.txt", content = "new" })} %% say Done.");

        var turn = await BuiltInBench.OverAsync(life);

        Assert.Equal((TurnState.Done, null), (turn.State, turn.Problem));
        Assert.Equal(["read", "write"], (await bench.CallsAsync()).Select(call => call.Name));
        Assert.Equal("The script has had 1 results of tools.", Assert.Single((await bench.StepsAsync()).OfType<StepContent.Summary>()).Text);
        Assert.Single(await bench.ToldAsync(EventKinds.SummedUp));
    }

    [Fact]
    public async Task A_conversation_is_summed_up_before_it_is_too_long()
    {
        await using var bench = await BuiltInBench.OnAsync(postgres, contextTokens: 8_000);
        bench.World.Put("/work/agt_bench1/a.txt", string.Concat(Enumerable.Repeat("a long line of text\n", 1_000)));
        var life = await bench.CreateAsync($"Do it. %% {BuiltInBench.Call("read", new { path = "a.txt" })} %% say Read.");

        await BuiltInBench.OverAsync(life);

        Assert.Single((await bench.StepsAsync()).OfType<StepContent.Summary>());
        Assert.DoesNotContain(bench.Model.Events, happened => happened.Kind == ModelEventKind.Refused);
        Assert.Equal("Read.", await bench.TextAsync());
    }

    [Fact]
    [Trait("rule", "BA6")]
    public async Task A_turn_that_failed_goes_on_where_it_was_when_it_is_tried_again()
    {
        await using var bench = await BuiltInBench.OnAsync(postgres, tries: 2);
        var life = await bench.CreateAsync($"Do it. %% {BuiltInBench.Call("write", new { path = "notes.txt", content = "new" })} %% next %% error 500 2 %% say Done.");

        var failed = await BuiltInBench.OverAsync(life);
        var owner = await life.AgentAsync();
        Assert.True(owner.Current.BuiltInOf(AgentBench.Main)?.IsHeld);
        await owner.ChangeTurnAsync(failed.Id, (change, last) => TurnQueue.Retry(change, failed.Id, last), CancellationToken.None);
        await life.UntilAsync(agent => agent.Find(failed.Id)?.State == TurnState.Done, "the second attempt");

        Assert.Equal(TurnState.Failed, failed.State);
        Assert.Contains("busy or broken (500)", failed.Problem, StringComparison.Ordinal);
        Assert.Single(await bench.CallsAsync());
        Assert.Single(bench.World.Done);
        Assert.Equal("Done.", await bench.TextAsync());
    }

    [Fact]
    public async Task Without_a_provider_a_turn_fails_and_says_what_to_do()
    {
        await using var bench = await BuiltInBench.OnAsync(postgres);
        bench.Agents.Models = new();
        var life = await bench.CreateAsync("Do it.");

        var turn = await BuiltInBench.OverAsync(life);

        Assert.Equal(TurnState.Failed, turn.State);
        Assert.Contains("There is no model provider.", turn.Problem, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "BA4")]
    public async Task It_asks_before_it_changes_anything_and_does_what_it_is_allowed()
    {
        await using var bench = await BuiltInBench.OnAsync(postgres);
        bench.World.EndsByItself = true;
        var life = await bench.CreateAsync(
            $"Do it. %% {BuiltInBench.Call("write", new { path = "notes.txt", content = "first" })} %% next %% {BuiltInBench.Call("run", new { command = "rm -rf /" })} %% next"
            + $" %% {BuiltInBench.Call("edit", new { path = "notes.txt", old_text = "first", new_text = "second" })} %% next %% {BuiltInBench.Call("edit", new { path = "notes.txt", old_text = "second", new_text = "third" })} %% say Done.",
            mode: BuiltInMode.Ask);

        var first = await BuiltInBench.AnswerAsync(life, asked => RequestAnswer.Chosen(asked.Payload, "allow_once", kind: null));
        var second = await BuiltInBench.AnswerAsync(life, asked => RequestAnswer.Chosen(asked.Payload, optionId: null, "reject_once"));
        await BuiltInBench.AnswerAsync(life, asked => RequestAnswer.Chosen(asked.Payload, optionId: null, "allow_always"));
        var turn = await BuiltInBench.OverAsync(life);

        Assert.Equal(TurnState.Done, turn.State);
        Assert.Contains("\"newText\":\"first\"", first.Payload, StringComparison.Ordinal);
        Assert.Contains("rm -rf /", second.Payload, StringComparison.Ordinal);
        Assert.Equal([false, true, false, false], (await bench.CallsAsync()).Select(call => call.IsError));
        Assert.Equal("third", bench.World.Files[File]);
        Assert.Equal(BuiltInMode.AcceptEdits, (await life.AgentAsync()).Current.BuiltInOf(AgentBench.Main)?.Mode);
    }

    [Fact]
    [Trait("rule", "BA8")]
    public async Task It_asks_the_person_and_writes_notes_that_the_others_read()
    {
        await using var bench = await BuiltInBench.OnAsync(postgres);
        var life = await bench.CreateAsync(
            $"Do it. %% {BuiltInBench.Call("ask", new { question = "Which colour?", choices = new[] { "red", "blue" } })} %% next"
            + $" %% {BuiltInBench.Call("notes", new { action = "append", text = "It is blue." })} %% {BuiltInBench.Call("notes", new { action = "read" })} %% {BuiltInBench.Call("other_threads", new { })} %% say Done.");

        var asked = await BuiltInBench.AnswerAsync(life, _ => RequestAnswer.Result("""{"action":"accept","content":{"answer":"blue"}}"""));
        await BuiltInBench.OverAsync(life);

        Assert.Contains("Which colour?", asked.Payload, StringComparison.Ordinal);
        Assert.Equal(["blue", "Added.", "It is blue.", "There are no other threads."], (await bench.CallsAsync()).Select(call => call.Result));
        Assert.Equal("It is blue.", (await bench.Agents.RowsAsync()).Agent.Notes);
    }

    [Fact]
    [Trait("rule", "BA5")]
    public async Task A_file_that_somebody_else_wrote_is_not_overwritten_unread()
    {
        await using var bench = await BuiltInBench.OnAsync(postgres);
        bench.World.Put(File, "somebody's");
        var write = BuiltInBench.Call("write", new { path = "notes.txt", content = "mine" });
        var life = await bench.CreateAsync($"Do it. %% {write} %% next %% {write} %% next %% {BuiltInBench.Call("read", new { path = "notes.txt" })} %% next %% {write} %% say Done.");

        await BuiltInBench.OverAsync(life);

        Assert.Equal([true, true, false, false], (await bench.CallsAsync()).Select(call => call.IsError));
        Assert.Equal("mine", bench.World.Files[File]);
    }

    [Theory]
    [InlineData("say Half of it. %% wait-for never")]
    [InlineData("call run {\"command\":\"sleep 1000\"}")]
    [InlineData("call ask {\"question\":\"Well?\"}")]
    [Trait("rule", "BA6")]
    public async Task A_turn_is_cancelled_wherever_it_is_and_the_next_goes_on(string script)
    {
        await using var bench = await BuiltInBench.OnAsync(postgres);
        var life = await bench.CreateAsync($"Do it. %% {script} %% say All of it.");
        var owner = await life.AgentAsync();
        var first = new TurnId("turn_first");
        await life.UntilAsync(
            agent => script.StartsWith("say", StringComparison.Ordinal) ? agent.Find(first)?.State == TurnState.Running : agent.BuiltInOf(AgentBench.Main)?.Calls.Any(IsBegun) == true,
            "it to be in the middle");

        await owner.ChangeTurnAsync(first, (change, _) => TurnQueue.Cancel(change, first), CancellationToken.None);
        var cancelled = await BuiltInBench.OverAsync(life);
        await owner.AskAsync(bench.Agents.NewTurn("second", "And now? %% say Now this."), interrupts: false, CancellationToken.None);
        var second = await BuiltInBench.OverAsync(life, "second");

        Assert.Equal((TurnState.Cancelled, TurnState.Done), (cancelled.State, second.State));
        Assert.EndsWith("Now this.", await bench.TextAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain((await bench.CallsAsync()), call => !call.IsOver);
        Assert.DoesNotContain((await bench.Agents.RowsAsync()).Agent.Requests, request => request.State == RequestState.Open);
        await life.UntilAsync(agent => agent.Terminals.TrueForAll(terminal => terminal.IsEnded), "the terminal to end");
    }

    [Fact]
    public async Task A_command_that_does_not_end_is_ended_when_its_time_is_over()
    {
        await using var bench = await BuiltInBench.OnAsync(postgres);
        var life = await bench.CreateAsync($"Do it. %% {BuiltInBench.Call("run", new { command = "sleep 1000", timeout_seconds = 5 })} %% say Done.");

        await BuiltInBench.OverAsync(life);

        Assert.Contains("was ended", Assert.Single(await bench.CallsAsync()).Result, StringComparison.Ordinal);
        await life.UntilAsync(agent => agent.Terminals.TrueForAll(terminal => terminal.IsEnded), "the terminal to end");
    }

    [Fact]
    public async Task A_turn_ends_that_has_had_as_many_answers_as_it_may_have()
    {
        await using var bench = await BuiltInBench.OnAsync(postgres, options: new BuiltInOptions { MaxAnswersPerTurn = 2 });
        var list = BuiltInBench.Call("list", new { });
        var life = await bench.CreateAsync($"Do it. %% {list} %% next %% {list} %% next %% {list} %% say Done.");

        var turn = await BuiltInBench.OverAsync(life);

        Assert.Equal((TurnState.Done, "max_turn_requests"), (turn.State, turn.StopReason));
        Assert.Equal(2, bench.WholeAnswers);
    }

    [Fact]
    public async Task Chat_has_no_tools_and_knows_what_was_said_before()
    {
        await using var bench = await BuiltInBench.OnAsync(postgres, "openai-compatible");
        var life = await bench.CreateAsync("Hello. %% say Good day.", AgentType.Simple);
        await BuiltInBench.OverAsync(life);
        var owner = await life.AgentAsync();
        await owner.AskAsync(bench.Agents.NewTurn("second", "Well? %% call read {\"path\":\"a\"} %% say None."), interrupts: false, CancellationToken.None);
        await BuiltInBench.OverAsync(life, "second");

        Assert.Equal("Good day.\n\nNone.", await bench.TextAsync());
        Assert.Equal("There are no tools here.", Assert.Single(await bench.CallsAsync()).Result);
    }

    private static bool IsBegun(BuiltInStep step) => step.Content is StepContent.Call { Tool.Phase: CallPhase.Running or CallPhase.Questioning };
}
