namespace Atelier.HostDaemon.Workers;

/// <summary>What is written into a terminal's log between the output of one process and that of the next.</summary>
internal static class DividerText
{
    // What a killed program left behind: the alternate screen, a scroll region, a hidden cursor, mouse and keyboard modes, colours, line drawing.
    private const string ResetModes =
        "\e[?1049l\e7\e[r\e8\e[?1l\e[?6l\e[?7h\e[?25h\e[?1000;1002;1003;1004;1005;1006;1015;2004;2026l\e[<99u\e[>4m\e>\e(B\x0f\e[0m";

    /// <summary>Resets the terminal's modes and draws the line, dimmed, on a row of its own.</summary>
    public static string For(string divider) =>
        $"{ResetModes}\r\n\e[2m{divider.ReplaceLineEndings(" ")}\e[0m\r\n";
}
