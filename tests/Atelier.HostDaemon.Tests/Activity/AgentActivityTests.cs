using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.Tests.Activity;

public sealed class AgentActivityTests
{
    private static readonly string[] s_dialog = ["Run ./build.sh?", "❯ 1. Yes", "  2. No"];

    [Fact]
    public void Nothing_is_known_before_the_first_screen_stands_still()
    {
        var screen = new WatchedScreen().For(5);
        Assert.Equal(ActivityState.Unknown, screen.State);

        Assert.Equal(ActivityState.Unknown, screen.Repeats(3, look => [$"loading {new string('.', look)}"]).State);
        Assert.Equal(ActivityState.Idle, screen.For(2).State);
        Assert.True(screen.IsSettled);
    }

    [Fact]
    public void A_program_that_never_stands_still_from_its_start_works()
    {
        var screen = new WatchedScreen().Repeats(12, look => [new string('a', look + 1)]);

        Assert.Equal(ActivityState.Active, screen.State);
        Assert.Equal(ActivityState.Idle, screen.For(3).State);
    }

    [Fact]
    public void A_text_that_keeps_changing_is_active_and_idle_when_it_stands_still()
    {
        var screen = WatchedScreen.Idle().Input("\r").Repeats(2, look => [new string('a', look)]);
        Assert.Equal(ActivityState.Active, screen.State);
        Assert.False(screen.IsSettled);

        Assert.Equal(ActivityState.Active, screen.For(1.8).State);
        Assert.Equal(ActivityState.Idle, screen.For(0.4).State);
    }

    [Fact]
    public void Output_that_leaves_the_screen_as_it_was_is_not_activity() =>
        Assert.Equal(ActivityState.Idle, WatchedScreen.Idle().Repeats(30, _ => ["> "]).State);

    [Fact]
    public void One_redraw_is_not_activity()
    {
        var screen = WatchedScreen.Idle().Repeats(0.4, look => [$"step {(char)('a' + look)}"]).Shows("> ").For(1);

        Assert.Equal(ActivityState.Idle, screen.State);
    }

    [Fact]
    public void What_a_person_types_is_not_activity()
    {
        var screen = WatchedScreen.Idle().Types(
            "and then I want to know /help", typed => ["> " + typed, "/" + typed[..1] + "elp  a list that opens while typing"]);

        Assert.Equal(ActivityState.Idle, screen.For(3).State);
    }

    [Fact]
    public void Work_is_seen_while_a_person_types_ahead_and_its_end_too()
    {
        var screen = WatchedScreen.Idle().Input("\r").Repeats(2, look => [new string('a', look), "> "]);
        screen.Types("next I want it", typed => [new string('a', 10 + typed.Length), "> " + typed]);
        Assert.Equal(ActivityState.Active, screen.State);

        screen.Types("abcdefghijklmnop", typed => [new string('a', 24), "> next I want it" + typed]);
        Assert.Equal(ActivityState.Idle, screen.State);
    }

    [Fact]
    public void Redraws_after_a_resize_or_a_change_of_focus_are_not_activity()
    {
        var screen = WatchedScreen.Idle();
        for (var width = 0; width < 20; width++)
        {
            screen.Resized().Repeats(0.2, _ => [new string('-', width)]);
        }

        Assert.Equal(ActivityState.Idle, screen.Input("\e[I").Repeats(0.8, look => [$"{(char)('a' + look)}"]).For(2).State);
    }

    [Fact]
    public void A_clock_and_a_blinking_cursor_are_not_activity()
    {
        var screen = WatchedScreen.Idle().Shows("> ", "10:00:00").For(2);

        screen.Repeats(20, look => [look % 2 == 0 ? "> █" : "> ", $"10:00:{look % 60:d2}"]);

        Assert.Equal(ActivityState.Idle, screen.State);
    }

    [Fact]
    public void A_spinner_is_activity()
    {
        var screen = WatchedScreen.Idle().Input("\r").Repeats(2, look => [$"{"⠋⠙⠹⠸⠼⠴⠦⠧"[look % 8]} Thinking"]);

        Assert.Equal(ActivityState.Active, screen.State);
        Assert.Equal(ActivityState.Active, screen.Repeats(60, look => [$"{"⠋⠙⠹⠸⠼⠴⠦⠧"[look % 8]} Thinking"]).State);
    }

    [Theory]
    [InlineData("", "Working (12s • esc to interrupt)")]
    [InlineData("", "⠼ Thinking... (esc to cancel, 4s)")]
    [InlineData("", "⠋ Herding digital cats... (4s · ↑ 2 tokens · esc to cancel)   ? for shortcuts")]
    [InlineData("", "⬝⬝⬝⬝■■■■  esc interrupt            tab agents  ctrl+p commands")]
    [InlineData("", "esc to interrupt · ← for agents")]
    [InlineData("", "⬝⬝⬝⬝⬝⬝⬝■ Too busy. [retrying attempt #1]                   esc interrupt")]
    [InlineData("⠐ Fix the build", "> ")]
    [InlineData("✦  Working… (project)", "> ")]
    public void Words_on_how_to_stop_it_hold_a_screen_that_stands_still(string title, string row)
    {
        var screen = WatchedScreen.Idle().Input("\r").ShowsTitled(title, row);
        Assert.Equal(ActivityState.Active, screen.State);
        Assert.Equal(ActivityState.Active, screen.For(20).State);

        Assert.Equal(ActivityState.Idle, screen.Shows("Done.", "> ").For(1).State);
    }

    [Theory]
    [InlineData("✦ Somebody wrote: press esc to interrupt (esc to cancel, 4s).")]
    [InlineData("  Enter to select · Esc to cancel")]
    [InlineData("Esc to cancel · Tab to amend · ctrl+e to explain")]
    public void Words_about_stopping_hold_nothing(string row) =>
        Assert.Equal(ActivityState.Idle, WatchedScreen.Idle().Input("\r").Shows(row, "> ").For(1).State);

    [Fact]
    public void Words_on_how_to_stop_it_that_a_person_types_are_none() =>
        Assert.Equal(ActivityState.Idle, WatchedScreen.Idle().Types("esc to interrupt", typed => ["> " + typed]).For(2).State);

    [Fact]
    public void Words_on_how_to_stop_it_that_are_part_of_the_conversation_do_not_hold_for_ever()
    {
        var screen = WatchedScreen.Idle().Input("\r")
            .Repeats(2, look => [new string('a', look), "esc to interrupt"])
            .Shows("esc to interrupt.", "> ");
        Assert.Equal(ActivityState.Idle, screen.For(35).State);

        screen.Types("thank you", typed => ["esc to interrupt.", "> " + typed]);
        Assert.Equal(ActivityState.Idle, screen.For(1).State);
    }

    [Fact]
    public void A_question_that_stands_still_is_asking()
    {
        var screen = WatchedScreen.Idle().Input("\r").Repeats(2, look => [new string('a', look), "esc to interrupt"]);

        Assert.Equal(ActivityState.Active, screen.Shows(s_dialog).State);
        Assert.Equal(ActivityState.Asking, screen.For(0.4).State);
        Assert.Equal(ActivityState.Asking, screen.For(3600).State);
        Assert.True(screen.IsSettled);
    }

    [Fact]
    public void Redraws_and_keys_in_a_question_do_not_end_it()
    {
        var screen = WatchedScreen.Idle().Shows(s_dialog).For(1);

        screen.Repeats(5, look => [new string('-', look), .. s_dialog]);
        screen.Shows("").For(0.4).Shows(s_dialog).Input("\e[B");
        screen.Repeats(2, _ => ["Run ./build.sh?", "  1. Yes", "❯ 2. No"]);

        Assert.Equal(ActivityState.Asking, screen.State);
    }

    [Fact]
    public void An_answer_that_lets_it_go_on_is_followed_by_activity()
    {
        var screen = WatchedScreen.Idle().Shows(s_dialog).For(1).Input("\r").Repeats(1, look => [$"{"⠋⠙⠹⠸⠼"[look]} Running"]);

        Assert.Equal(ActivityState.Active, screen.State);
    }

    [Fact]
    public void An_answer_that_ends_the_turn_is_followed_by_idleness() =>
        Assert.Equal(ActivityState.Idle, WatchedScreen.Idle().Shows(s_dialog).For(1).Input("\e").Shows("Cancelled.", "> ").For(1).State);

    [Fact]
    public void Words_of_a_question_in_a_text_that_is_still_being_written_do_not_ask()
    {
        var screen = WatchedScreen.Idle().Input("\r");

        screen.Repeats(3, look => ["❯ 1. Yes", "  2. No", new string('a', look), "esc to interrupt"]);

        Assert.Equal(ActivityState.Active, screen.State);
    }

    [Fact]
    public void A_question_at_the_start_is_asked_before_anything_is_known() =>
        Assert.Equal(ActivityState.Asking, new WatchedScreen().Shows("Do you trust this folder?", "› 1. Yes", "  2. No").For(1).State);

    [Fact]
    public void A_pattern_of_the_program_asks_also_where_blanks_are_missing()
    {
        Assert.Equal(ActivityState.Asking, WatchedScreen.Idle("Really go on.*\\?").Shows("│ Really go on with it? │").For(1).State);
        Assert.Equal(ActivityState.Asking, WatchedScreen.Idle("Really\\s+go on.*\\?").Shows("│ Reallygo on withit? │").For(1).State);
    }
}
