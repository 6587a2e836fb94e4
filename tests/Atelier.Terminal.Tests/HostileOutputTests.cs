using System.Text;
using Atelier.Terminal.Snapshots;

namespace Atelier.Terminal.Tests;

public sealed class HostileOutputTests
{
    public static TheoryData<string> Growing =>
    [
        "titles", "links", "colours", "clusters", "keyboard", "palette", "strings", "sequences", "long-lines", "marks", "titles-kept",
    ];

    [Fact]
    [Trait("kind", "random")]
    public void Any_bytes_in_any_pieces_make_one_screen_and_a_checkpoint_of_it()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var bytes = new RandomOutput(random).Bytes(20_000);
            var whole = new Screen(40, 10, scrollBackLines: 100);
            var pieces = new Screen(40, 10, scrollBackLines: 100);
            whole.Feed(bytes);
            for (var at = 0; at < bytes.Length;)
            {
                var count = Math.Min(random.Next(1, 50), bytes.Length - at);
                pieces.Feed(bytes.AsSpan(at, count));
                at += count;
                Assert.InRange(pieces.SnapshotOffset, 0, pieces.Offset);
            }

            Assert.Equal(whole.Describe(100), pieces.Describe(100));
            Assert.Equal(whole.SnapshotOffset, pieces.SnapshotOffset);
            Assert.True(whole.MemoryBytes <= ScreenLimits.MemoryBytes);
            Assert.Equal(whole.PlainText, Checkpoint.Read(Checkpoint.Write(whole)).PlainText);
        }
    }

    [Theory]
    [MemberData(nameof(Growing))]
    public void Nothing_a_program_writes_makes_a_terminal_grow_past_its_limit(string what)
    {
        var (columns, rows) = ScreenLimits.Fit(400, 200);
        var screen = new Screen(columns, rows, scrollBackLines: 20_000);
        screen.Feed("\e[?1049h"u8);
        Fill(screen, what, 60_000);
        screen.Feed("\e[?47l"u8);
        Fill(screen, what, 60_000);
        screen.Feed("\e[?47h"u8);
        Fill(screen, what, 60_000);

        Assert.True(screen.MemoryBytes <= ScreenLimits.MemoryBytes, $"{screen.MemoryBytes} bytes");
        Assert.NotEmpty(screen.Snapshot());
    }

    [Fact]
    public void An_idle_terminal_costs_less_than_a_quarter_of_a_mebibyte()
    {
        var screen = new Screen(120, 40);
        for (var line = 0; line < 3000; line++)
        {
            screen.Feed(Encoding.UTF8.GetBytes($"\e[32m-rw-r--r--\e[0m {line} some file name that is neither short nor long.txt\r\n"));
        }

        Assert.InRange(screen.MemoryBytes, 0, 256 * 1024);
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused_with_the_reason()
    {
        var screen = new Screen(80, 24);
        screen.Feed("hello \e[31mworld"u8);
        var checkpoint = Checkpoint.Write(screen);
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var damaged = round % 2 == 0 ? checkpoint[..random.Next(checkpoint.Length)] : [.. checkpoint];
            if (damaged.Length == checkpoint.Length)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            Assert.NotEmpty(Assert.Throws<CheckpointException>(() => Checkpoint.Read(damaged)).Message);
        }
    }

    [Fact]
    public void An_endless_sequence_does_not_hold_the_snapshot_back()
    {
        foreach (var (start, part) in new[] { ("\e]0;", "title"), ("\e_", "text"), ("\eP1$q", "data"), ("\e[", "1;"), ("\e[1", "\n"), ("\eP", "1;") })
        {
            var screen = new Screen(20, 5);
            screen.Feed(Encoding.UTF8.GetBytes("before" + start));
            for (var count = 0; count < 5000; count++)
            {
                screen.Feed(Encoding.UTF8.GetBytes(part));
            }

            Assert.Equal(screen.Offset, screen.SnapshotOffset);
            var restored = Checkpoint.Read(Checkpoint.Write(screen));
            foreach (var each in new[] { screen, restored })
            {
                each.Feed("more\e\\after"u8);
            }

            Assert.Equal(screen.PlainText, restored.PlainText);
        }
    }

    private static void Fill(Screen screen, string what, int count)
    {
        var text = new StringBuilder();
        for (var number = 0; number < (what == "titles-kept" ? count / 20 : count); number++)
        {
            text.Append(what switch
            {
                "titles" => $"\e]0;{new string('t', 500)}{number}\a\e[22t",
                "titles-kept" => $"\e]0;{new string('ä', 2000)}\a\e[22t",
                "links" => $"\e]8;id={number};https://example.org/{new string('l', 100)}{number}\alink",
                "colours" => $"\e[38;2;{number & 255};{number >> 8 & 255};1;48;2;{number * 7 & 255};2;{number >> 4 & 255}mx",
                "clusters" => $"{(char)('a' + (number % 26))}{(char)(0x300 + (number / 26 % 100))}{(char)(0x300 + (number / 2600 % 100))}",
                "keyboard" => "\e[>31u",
                "palette" => $"\e]4;{number};rgb:ff/00/{number & 255:x2}\a",
                "strings" => $"\e]{number};{new string('s', 300)}",
                "sequences" => "\e[1;2:3;4",
                "long-lines" => $"\e[{31 + (number % 7)}m{new string('w', 150)}\r\n",
                _ => "\u0301\u0302",
            });
            if (text.Length > 50_000)
            {
                screen.Feed(Encoding.UTF8.GetBytes(text.ToString()));
                text.Clear();
            }
        }

        screen.Feed(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
