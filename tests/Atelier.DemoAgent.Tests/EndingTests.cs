using System.Text.Json.Nodes;
using Atelier.TestKit;

namespace Atelier.DemoAgent.Tests;

/// <summary>Turns that are cancelled, processes that are killed, and conversations that go on after it.</summary>
public sealed class EndingTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();

    private string State => _repository.Beside("state");

    public static TheoryData<string, string?> Phases => new()
    {
        { "agent_thought_chunk", null },
        { "agent_message_chunk", null },
        { "plan", null },
        { "tool_call", "read" },
        { "tool_call", "edit" },
        { "tool_call", "execute" },
    };

    public void Dispose() => _repository.Dispose();

    [Theory]
    [MemberData(nameof(Phases))]
    public async Task A_turn_can_be_cancelled_in_every_phase(string variant, string? kind)
    {
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, State, pace: 0.3);
        var turn = await demo.BeginAsync("Write it down");
        await demo.UpdateAsync(variant, kind);

        await demo.CancelAsync();

        Assert.Equal("cancelled", DemoProcess.ReasonOf(await demo.Agent.AnswerToAsync(turn, "the prompt")));
        Assert.All(demo.Calls().Values, status => Assert.Contains(status, new[] { "completed", "failed" }));
        Assert.Equal("Say hello", _repository.Git("log", "-1", "--format=%s"));
        Assert.Equal("end_turn", await demo.PromptAsync("list"));
    }

    [Fact]
    public async Task A_cancel_right_behind_its_prompt_is_one_of_that_turn()
    {
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, State);

        var turn = await demo.BeginAsync("Write it down");
        await demo.CancelAsync();

        Assert.Equal("cancelled", DemoProcess.ReasonOf(await demo.Agent.AnswerToAsync(turn, "the prompt")));
    }

    [Fact]
    public async Task A_turn_can_be_cancelled_while_somebody_is_asked()
    {
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, State);
        var turn = await demo.BeginAsync("Write it down");
        var question = await demo.Agent.AskedAsync("session/request_permission");

        await demo.CancelAsync();
        await demo.AnswerAsync(question, "none");

        Assert.Equal("cancelled", DemoProcess.ReasonOf(await demo.Agent.AnswerToAsync(turn, "the prompt")));
        Assert.Equal("failed", demo.Calls().Values.Last());
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("close")]
    [InlineData("end-of-input")]
    [InlineData("terminate")]
    public async Task No_process_outlives_its_turn(string ending)
    {
        var pidFile = _repository.Beside("hook-pid");
        var hook = Path.Combine(_repository.Path, ".git/hooks/pre-commit");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        File.WriteAllText(hook, $"#!/bin/sh\necho $$ > {pidFile}.new; mv {pidFile}.new {pidFile}; exec sleep 600\n");
        File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, State);
        await demo.BeginAsync("Write it down");
        await demo.AnswerAsync(await demo.Agent.AskedAsync("session/request_permission"), "allow_once");
        await Patience.Until(() => File.Exists(pidFile), "the hook");
        var hookProcess = $"/proc/{File.ReadAllText(pidFile).Trim()}";

        await (ending switch
        {
            "cancel" => demo.CancelAsync(),
            "close" => demo.Agent.AskAsync("session/close", new JsonObject { ["sessionId"] = demo.Session }),
            "terminate" => demo.Agent.TerminateAsync(),
            _ => EndInputAsync(),
        });

        await Patience.Until(() => !Directory.Exists(hookProcess), "the hook to be gone");
        if (ending is "end-of-input" or "terminate")
        {
            Assert.Equal((0, ""), await demo.Agent.EndedAsync());
        }

        Task EndInputAsync()
        {
            demo.Agent.EndInput();
            return Task.CompletedTask;
        }
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public async Task What_was_told_is_told_again_after_a_kill_in_every_phase(string variant, string? kind)
    {
        string session;
        string[] told;
        await using (var killed = await DemoProcess.OpenAsync(_repository.Path, State, pace: 0.3))
        {
            session = killed.Session;
            await killed.BeginAsync("Write it down");
            await killed.UpdateAsync(variant, kind);
            await killed.Agent.KillAsync();
            await killed.Agent.OutputEndedAsync();
            told = Texts(killed);
        }

        await using var demo = DemoProcess.Start(_repository.Path, State);
        var loaded = await demo.ReopenAsync("session/load", session);

        Assert.NotNull(loaded["result"]);
        var first = Assert.Single(demo.Updates, update => (string?)update["sessionUpdate"] == "user_message_chunk");
        Assert.Equal("Write it down", (string?)first["content"]!["text"]);
        Assert.Equal(told, Texts(demo).Where(text => !text.Contains("user_message_chunk", StringComparison.Ordinal)).Take(told.Length));
        Assert.Equal("end_turn", await demo.PromptAsync("list"));
        Assert.DoesNotContain("pending", demo.Calls().Values);
        Assert.DoesNotContain("in_progress", demo.Calls().Values);
    }

    [Fact]
    public async Task A_line_that_was_cut_off_costs_that_line_alone()
    {
        string session;
        await using (var first = await DemoProcess.OpenAsync(_repository.Path, State))
        {
            session = first.Session;
            await first.PromptAsync("Write it down");
        }

        await File.AppendAllTextAsync(Path.Combine(State, $"{session}.jsonl"), """{"kind":"said","upd""", TestContext.Current.CancellationToken);
        await using var second = DemoProcess.Start(_repository.Path, State);
        await second.ReopenAsync("session/resume", session);
        await second.PromptAsync("And more");

        await using var third = DemoProcess.Start(_repository.Path, State);
        await third.ReopenAsync("session/load", session);
        Assert.Contains("And more", third.Updates.Select(update => (string?)(update["content"] as JsonObject)?["text"]));
    }

    [Fact]
    public async Task A_resumed_conversation_is_not_told_again_and_goes_on()
    {
        string session;
        await using (var first = await DemoProcess.OpenAsync(_repository.Path, State))
        {
            session = first.Session;
            await first.Agent.AskAsync("session/set_mode", new JsonObject { ["sessionId"] = session, ["modeId"] = "auto" });
            await first.PromptAsync("Write it down");
        }

        await using var second = DemoProcess.Start(_repository.Path, State);
        var resumed = await second.ReopenAsync("session/resume", session);
        Assert.Single(second.Agent.Lines);
        await second.PromptAsync("undo");

        Assert.Equal("auto", (string?)resumed["result"]!["modes"]!["currentModeId"]);
        Assert.Equal("Revert \"Note: Write it down\"", _repository.Git("log", "-1", "--format=%s"));
    }

    private static string[] Texts(DemoProcess demo) => [.. demo.Updates.Select(update => update.ToJsonString())];
}
