using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Turns;
using Atelier.Server.ModelProviders.Asking;

namespace Atelier.Server.Tests.Agents.BuiltIn;

/// <summary>The rules of the built-in agent that are pure.</summary>
public sealed class BuiltInRuleTests
{
    private static readonly TurnId s_turn = new("turn_a");

    [Theory]
    [InlineData("one two", "two", "three", false, "one three", null)]
    [InlineData("a a", "a", "b", true, "b b", null)]
    [InlineData("a a", "a", "b", false, null, "more than once")]
    [InlineData("aaa", "aa", "b", false, null, "more than once")]
    [InlineData("a", "x", "b", false, null, "does not stand")]
    [InlineData("a", "", "b", false, null, "is empty")]
    [InlineData("a", "a", "a", false, null, "are the same")]
    public void A_text_is_replaced_where_it_stands_once(string text, string before, string after, bool everywhere, string? wanted, string? problem)
    {
        var edit = TextEdit.Of(text, before, after, everywhere);

        Assert.Equal(wanted, edit.Text);
        Assert.Contains(problem ?? "", edit.Problem ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, null, 1)]
    [InlineData(3, null, 4)]
    [InlineData(2, 7, 7)]
    [InlineData(2, 1, 2)]
    [InlineData(7, null, 30)]
    [InlineData(1, 600, 30)]
    public void A_pause_doubles_and_is_as_long_as_the_endpoint_wants_and_no_longer_than_the_longest(int failures, int? wanted, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds),
        new RetryRule(8, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)).PauseAfter(failures, wanted is { } time ? TimeSpan.FromSeconds(time) : null));

    [Fact]
    public void After_as_many_tries_as_there_may_be_nothing_is_waited_for() =>
        Assert.Null(new RetryRule(8, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)).PauseAfter(8, TimeSpan.FromSeconds(1)));

    [Fact]
    public void A_conversation_is_told_in_order_and_what_was_stopped_counts_once_somebody_went_on()
    {
        ToldStep[] steps =
        [
            Step(1, new StepContent.Prompt()),
            Step(2, new StepContent.Answer([new AnswerPart.Text("I look."), new AnswerPart.Call("c1", "read", "{}"), new AnswerPart.Call("c2", "list", "{}")], "tool_use")),
            Step(3, new StepContent.Call(new ToolCall("c1", "read", "{}") { Phase = CallPhase.Over, Result = "text" })),
            Step(4, new StepContent.Call(new ToolCall("c2", "list", "{}") { Phase = CallPhase.Over, Result = "no", IsError = true })),
            Step(5, new StepContent.Answer([], "cancelled"), StepState.GivenUp) with { Said = "Half of" },
            Step(6, new StepContent.Prompt()),
            Step(7, new StepContent.Answer([], null), StepState.GivenUp) with { Said = "Nothing" },
        ];

        var messages = Conversation.Messages(steps, s_turn);

        Assert.Equal(["Person", "Model", "Results", "Model", "Person"], messages.Select(message => message.GetType().Name));
        Assert.Equal([new ToolResult("c1", "text", false), new ToolResult("c2", "no", true)], Assert.IsType<ModelMessage.Results>(messages[2]).Of);
        Assert.Equal([new AnswerPart.Text("Half of")], Assert.IsType<ModelMessage.Model>(messages[3]).Parts);
    }

    [Fact]
    public void A_transcript_keeps_the_end_as_far_as_there_is_room()
    {
        ToldStep[] steps =
        [
            Step(1, new StepContent.Prompt()),
            Step(2, new StepContent.Answer([new AnswerPart.Text(new string('a', 500))], "end_turn")),
            Step(3, new StepContent.Answer([new AnswerPart.Text("the end")], "end_turn")),
        ];

        Assert.Equal($"Person: Do it.\n\nYou: {new string('a', 500)}\n\nYou: the end", Conversation.Transcript(steps, most: 1_000));
        Assert.Equal("[what was before is left out]\n\nYou: the end", Conversation.Transcript(steps, most: 100));
    }

    private static ToldStep Step(long seq, StepContent content, StepState state = StepState.Done) => new(
        new BuiltInStep { Id = new StepId($"stp_{seq}"), TurnId = s_turn, Seq = seq, State = state, Content = content, CreatedAt = DateTimeOffset.UnixEpoch },
        PromptContent.Of("Do it.", []));
}
