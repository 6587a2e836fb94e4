using System.Text;
using System.Text.RegularExpressions;

namespace Atelier.HostDaemon.Activity;

/// <summary>What bytes on their way to a program mean for its activity.</summary>
internal enum TerminalInputKind
{
    /// <summary>A terminal's answer to a question, a change of focus, the mouse: a program may redraw, nobody has said anything.</summary>
    Report,

    /// <summary>Keys and pastes: what follows on the screen is their echo.</summary>
    Typing,

    /// <summary>Enter: the program has something to do.</summary>
    Submit,
}

/// <summary>Input to a terminal, read as keys.</summary>
/// <remarks>
/// <code>
/// \e[I \e[O                    focus             \e[12;40R \e[?62;c \e[?2026;2$y   answers to DSR, DA, DECRQM
/// \e[&lt;35;10;4M                 mouse             \e]11;rgb:1e1e/1e1e/1e1e\e\\      answer to a colour question
/// \e[200~two\rlines\e[201~     a paste: its \r is no Enter       \r, \e[13u        Enter, also as the kitty protocol has it
/// </code>
/// </remarks>
internal sealed partial record TerminalInput(TerminalInputKind Kind, string Text)
{
    public static TerminalInput Read(ReadOnlySpan<byte> bytes)
    {
        var keys = Reports().Replace(Encoding.UTF8.GetString(bytes), "");
        if (keys.Length == 0)
        {
            return new TerminalInput(TerminalInputKind.Report, "");
        }

        var withoutPastes = Pastes().Replace(keys, "");
        var isSubmit = withoutPastes.Contains('\r', StringComparison.Ordinal) || Enter().IsMatch(withoutPastes);
        var text = string.Concat(Sequences().Replace(keys, "").Where(character => !char.IsControl(character)));
        return new TerminalInput(isSubmit ? TerminalInputKind.Submit : TerminalInputKind.Typing, text);
    }

    [GeneratedRegex(
        @"\x1b\[[IO]|\x1b\[[?>=][\d;]*\$?[cuyn]|\x1b\[\d+;\d+R|\x1b\[\d*n|\x1b\[<[\d;]+[Mm]|\x1b\[M[^\x1b]{3}|\x1b\[[\d;]+t"
        + @"|\x1b[\]PX^_][^\x07\x1b]*(\x07|\x1b\\)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reports();

    [GeneratedRegex(@"\x1b\[200~.*?\x1b\[201~", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pastes();

    [GeneratedRegex(@"\x1b\[13u|\x1bOM", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Enter();

    [GeneratedRegex(@"\x1b(\[[0-?]*[ -/]*[@-~]|O.|.)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sequences();
}
