using System.Text;
using Atelier.Terminal.Cells;

namespace Atelier.Terminal.Interpretation;

/// <summary>OSC: title, palette, working directory, links. What asks for an answer is left to the viewer.</summary>
internal sealed class SystemCommands(TerminalState state)
{
    private const int HighestIndexedDigits = 3;

    public void Run(int command, ReadOnlySpan<byte> payload)
    {
        switch (command)
        {
            case 0:
                state.Labels.SetTitle(Text(payload));
                state.Labels.SetIconName(Text(payload));
                break;
            case 1:
                state.Labels.SetIconName(Text(payload));
                break;
            case 2:
                state.Labels.SetTitle(Text(payload));
                break;
            case 4:
                SetIndexed(Text(payload).Split(';'));
                break;
            case 7:
                state.Labels.SetWorkingDirectory(Text(payload));
                break;
            case 8:
                SetLink(Text(payload));
                break;
            case 10 or 11 or 12:
                SetSpecial(command, Text(payload).Split(';'));
                break;
            case 104:
                ResetIndexed(Text(payload));
                break;
            case 110 or 111 or 112:
                state.Palette.ResetSpecial(command - 100);
                break;
        }
    }

    private static string Text(ReadOnlySpan<byte> payload) => Encoding.UTF8.GetString(payload);

    private void SetIndexed(string[] parts)
    {
        for (var at = 0; at + 1 < parts.Length; at += 2)
        {
            state.Palette.SetIndexed(Index(parts[at]), parts[at + 1]);
        }
    }

    private void ResetIndexed(string payload)
    {
        if (payload.Length == 0)
        {
            state.Palette.ResetAllIndexed();
            return;
        }

        foreach (var part in payload.Split(';'))
        {
            state.Palette.ResetIndexed(Index(part));
        }
    }

    private void SetSpecial(int command, string[] parts)
    {
        for (var at = 0; at < parts.Length && command + at <= 12; at++)
        {
            state.Palette.SetSpecial(command + at, parts[at]);
        }
    }

    private static int Index(string text) =>
        text.Length is > 0 and <= HighestIndexedDigits && text.All(char.IsAsciiDigit) ? int.Parse(text) : -1;

    // "id=a:other=b;https://…" opens a link, ";" closes it.
    private void SetLink(string payload)
    {
        var separator = payload.IndexOf(';');
        if (separator < 0)
        {
            return;
        }

        var parameters = payload[..separator].Trim();
        var uri = payload[(separator + 1)..];
        if (uri.Length == 0 && parameters.Length > 0)
        {
            return;
        }

        var id = parameters.Split(':').FirstOrDefault(part => part.StartsWith("id=", StringComparison.Ordinal))?[3..] ?? "";
        var pen = state.Pen;
        pen.Link = uri.Length == 0 ? (ushort)0 : (ushort)state.Appearance.Links.NumberOf(new Link(id, uri));
        pen.UpdateExtended();
        state.Pen = pen;
    }
}
