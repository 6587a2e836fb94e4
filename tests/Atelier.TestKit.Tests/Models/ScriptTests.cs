using Atelier.FakeModelServer.Scripts;

namespace Atelier.TestKit.Tests.Models;

public sealed class ScriptTests
{
    [Fact]
    public void A_prompt_without_a_step_has_no_script() => Assert.Null(Script.In("Use 50%% of it, 5% %more", NoFiles));

    [Fact]
    public void Each_mark_begins_a_step()
    {
        var script = Script.In(
            """List it. %% wait 500ms %% pace 2.5 %% say Two files, 50%% done. %% call todo {"a":[1]} %% error 429 2 %% cut""",
            NoFiles);

        Assert.NotNull(script);
        Assert.Collection(
            script.Steps,
            step => Assert.Equal(new ScriptStep.Wait(TimeSpan.FromMilliseconds(500)), step),
            step => Assert.Equal(new ScriptStep.Pace(2.5), step),
            step => Assert.Equal(new ScriptStep.Say("Two files, 50%% done."), step),
            step => Assert.Equal("""{"a":[1]}""", Assert.IsType<ScriptStep.Call>(step).Arguments.ToJsonString()),
            step => Assert.Equal(new ScriptStep.Refuse(429, 2), step),
            step => Assert.Equal(new ScriptStep.Cut(1), step));
    }

    [Fact]
    public void A_file_is_a_script_with_a_step_a_line()
    {
        var script = Script.In("Go. %% file greeting %% say bye", name => $"# said by {name}\nsay hello\n\nrun ls\n");

        Assert.Equal([new ScriptStep.Say("hello"), new ScriptStep.Run("ls"), new ScriptStep.Say("bye")], script?.Steps);
    }

    [Fact]
    public void Tool_calls_that_stand_together_go_into_one_answer()
    {
        var script = Script.In("%% say a %% run one %% run two %% next %% run three %% say b", NoFiles)!;

        Assert.Equal([0, 1, 2], Indexes(script.AnswerAfter(toolResults: 0)));
        Assert.Equal([3, 4], Indexes(script.AnswerAfter(toolResults: 2)));
        Assert.Equal([5], Indexes(script.AnswerAfter(toolResults: 3)));
        Assert.Equal([], Indexes(script.AnswerAfter(toolResults: 9)));
    }

    [Theory]
    [InlineData("%% sing a song")]
    [InlineData("%% call tool {not json")]
    [InlineData("%% wait long")]
    [InlineData("%% words many")]
    public void A_step_that_is_not_understood_is_said_so(string prompt) =>
        Assert.Throws<FormatException>(() => Script.In(prompt, NoFiles));

    [Fact]
    public void Filler_has_the_words_asked_for_and_never_changes()
    {
        Assert.Equal(200, FillerText.Words(200).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Count(word => word != "-"));
        Assert.Equal(FillerText.Words(50), FillerText.Words(50));
    }

    private static IEnumerable<int> Indexes(IEnumerable<(int Index, ScriptStep Step)> steps) => steps.Select(step => step.Index);

    private static string NoFiles(string name) => throw new FormatException(name);
}
