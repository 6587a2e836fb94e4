using System.Globalization;

namespace Atelier.Protocol.KeeperLink;

/// <summary>Signals by name (without SIG) and Linux number.</summary>
public static class SignalNames
{
    // By number. Real-time signals have none.
    private static readonly string?[] s_names =
    [
        null, "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
        "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>Name of a signal; its number as text when it has none.</summary>
    /// <param name="number">Linux number.</param>
    public static string Of(int number) =>
        number > 0 && number < s_names.Length ? s_names[number]! : number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Number of a signal that a keeper may be asked to send; null for any other name.</summary>
    /// <param name="name">Name without SIG.</param>
    public static int? Sendable(string? name) => name switch
    {
        "HUP" or "INT" or "QUIT" or "TERM" or "KILL" or "USR1" or "USR2" or "CONT" or "STOP" or "TSTP" or "WINCH" => Array.IndexOf(s_names, name),
        _ => null,
    };
}
