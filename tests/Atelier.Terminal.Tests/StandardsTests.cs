using System.Text;
using Atelier.Terminal.Modes;
using Atelier.Terminal.Snapshots;

namespace Atelier.Terminal.Tests;

/// <summary>What the page's terminal does not know, by ECMA-48, DEC STD 070 and xterm's control sequences.</summary>
public sealed class StandardsTests
{
    [Fact]
    public void Text_between_side_margins_wraps_and_scrolls_between_them() =>
        AssertText("top\e[?69h\e[3;6s\e[2;3r\e[2;3Habcdefghijklmn", "top", "  ijkl", "  mn");

    [Fact]
    public void Lines_and_characters_are_inserted_and_deleted_between_side_margins()
    {
        const string Lines = "0123456789\r\nabcdefghij\r\nABCDEFGHIJ";
        const string Margins = "\e[?69h\e[3;6s";

        AssertText(Lines + Margins + "\e[2;3H\e[L", "0123456789", "ab    ghij", "ABcdefGHIJ", "  CDEF");
        AssertText(Lines + Margins + "\e[1;3H\e[M", "01cdef6789", "abCDEFghij", "AB    GHIJ");
        AssertText(Lines + Margins + "\e[1;4H\e[@", "012 346789", "abcdefghij", "ABCDEFGHIJ");
        AssertText(Lines + Margins + "\e[1;4H\e[P", "01245 6789", "abcdefghij", "ABCDEFGHIJ");
    }

    [Fact]
    public void The_cursor_stops_at_side_margins_and_returns_to_the_left_one()
    {
        var screen = Fed("\e[?69h\e[3;6s\e[2;4H\e[99C");
        Assert.Equal((5, 1), screen.Cursor);
        screen.Feed("\e[99D"u8);
        Assert.Equal((2, 1), screen.Cursor);
        screen.Feed("\e[4G\r"u8);
        Assert.Equal((2, 1), screen.Cursor);
        screen.Feed("\e[?6h"u8);
        Assert.Equal((2, 0), screen.Cursor);
    }

    [Fact]
    public void Without_mode_69_the_same_sequence_saves_the_cursor()
    {
        var screen = Fed("\e[2;5H\e[s\e[H\e[u");

        Assert.Equal((4, 1), screen.Cursor);
        Assert.Equal((0, 3, 0, 9), screen.Margins);
    }

    [Fact]
    public void Keyboard_flags_are_kept_on_a_stack_for_each_screen()
    {
        var screen = Fed("\e[>1u\e[>5u\e[=2;2u");
        Assert.Equal(7, screen.KeyboardFlags);
        screen.Feed("\e[?1049h"u8);
        Assert.Equal(0, screen.KeyboardFlags);
        screen.Feed("\e[>31u\e[?1049l\e[<u"u8);
        Assert.Equal(1, screen.KeyboardFlags);
        screen.Feed("\e[<9u"u8);
        Assert.Equal(0, screen.KeyboardFlags);
    }

    [Fact]
    public void Modes_the_client_must_know_are_kept()
    {
        var modes = Fed("\e[?1;5;9;66;1004;1005;1006;1007;1015;2004;2026h\e[4;20h\e[>4;2m\e[?12h\e[5 q\e[?25l").Modes;

        Assert.Equal(
            new ScreenModes
            {
                ApplicationCursorKeys = true,
                ReverseVideo = true,
                Mouse = MouseTracking.X10,
                ApplicationKeypad = true,
                FocusEvents = true,
                MouseUtf8 = true,
                MouseEncoding = MouseEncoding.Sgr,
                AlternateScroll = true,
                MouseUrxvt = true,
                BracketedPaste = true,
                SynchronizedOutput = true,
                Insert = true,
                NewLine = true,
                ModifyOtherKeys = 2,
                CursorBlink = true,
                CursorShape = CursorShape.Bar,
                CursorShapeBlinks = true,
                CursorVisible = false,
            },
            modes);
    }

    [Fact]
    public void Title_icon_directory_and_colours_are_kept()
    {
        var screen = Fed("\e]0;both\a\e]1;icon\e\\\e]7;file://demo/home\a\e]4;1;rgb:ff/80/00;300;#fff\a\e]10;#123456\a\e]11;?\a\e]12;rgb:f/0/8\a");

        Assert.Equal(("both", "icon", "file://demo/home"), (screen.Title, screen.IconName, screen.WorkingDirectory));
        Assert.Equal(0xFF8000, screen.PaletteColor(1));
        Assert.Equal((0x123456, null, 0xFF0088), (screen.SpecialColor(10), screen.SpecialColor(11), screen.SpecialColor(12)));
        screen.Feed("\e]104\a\e]110\a"u8);
        Assert.Null(screen.PaletteColor(1));
        Assert.Null(screen.SpecialColor(10));
    }

    [Fact]
    public void A_snapshot_carries_what_only_other_terminals_know()
    {
        var screen = Fed("\e[>1u\e[>3u\e[?69h\e[3;6s\e[?1005;1007;5h\e[>4;1m\e]7;file://demo/\a\e]4;7;#010203\a\e]12;#040506\a\e]2;x\a\e[22t\e]2;y\a\e[2;4H\e7\e[1;5r\e[?1049h\e[>9u\e[4;9s");
        var restored = Checkpoint.Read(Checkpoint.Write(screen));

        Assert.Equal(screen.Describe(10), restored.Describe(10));
        Assert.Equal(screen.Modes, restored.Modes);
        Assert.Equal(screen.Margins, restored.Margins);
        Assert.Equal(screen.KeyboardFlags, restored.KeyboardFlags);
        Assert.Equal(screen.WorkingDirectory, restored.WorkingDirectory);
        Assert.Equal(screen.PaletteColor(7), restored.PaletteColor(7));
        Assert.Equal(screen.SpecialColor(12), restored.SpecialColor(12));
        foreach (var each in new[] { screen, restored })
        {
            each.Feed("\e[23t\e[?1049l\e[<u"u8);
        }

        Assert.Equal(("x", 1), (screen.Title, screen.KeyboardFlags));
        Assert.Equal(("x", 1), (restored.Title, restored.KeyboardFlags));
        Assert.Equal(screen.Margins, restored.Margins);
    }

    [Fact]
    public void An_unfinished_sequence_or_character_belongs_to_the_live_output()
    {
        var screen = new Screen(10, 4, offset: 100);
        screen.Feed("ab\e[3"u8);
        Assert.Equal((105, 102), (screen.Offset, screen.SnapshotOffset));
        screen.Feed([(byte)'1', (byte)'m', 0xE6]);
        Assert.Equal(107, screen.SnapshotOffset);
        screen.Feed([0xBC, 0xA2]);
        Assert.Equal(screen.Offset, screen.SnapshotOffset);
    }

    [Fact]
    public void A_control_inside_a_sequence_has_its_effect_once()
    {
        var screen = Fed("ab\e[3\n");
        Assert.Equal(screen.Offset, screen.SnapshotOffset);
        var restored = Checkpoint.Read(Checkpoint.Write(screen));

        foreach (var each in new[] { screen, restored })
        {
            each.Feed("Cx"u8);
        }

        Assert.Equal((6, 1), screen.Cursor);
        Assert.Equal(screen.Describe(10), restored.Describe(10));
    }

    [Fact]
    public void Lost_bytes_end_an_unfinished_sequence()
    {
        var screen = Fed("ab\e[3");
        screen.ContinueAt(5000);
        screen.Feed("1m"u8);

        Assert.Equal((5002, "ab1m"), (screen.Offset, screen.PlainText.TrimEnd()));
    }

    [Fact]
    public void Only_visible_text_changes_the_text_hash()
    {
        var screen = Fed("working\r\n");
        var before = screen.TextHash();
        screen.Feed("\e[31m\e[4;4H\e]2;title\a"u8);
        Assert.Equal(before, screen.TextHash());
        screen.Feed("."u8);
        Assert.NotEqual(before, screen.TextHash());
    }

    private static Screen Fed(string output)
    {
        var screen = new Screen(10, 4);
        screen.Feed(Encoding.UTF8.GetBytes(output));
        return screen;
    }

    private static void AssertText(string output, params string[] expected) =>
        Assert.Equal(expected, Fed(output).PlainText.TrimEnd('\n').Split('\n'));
}
