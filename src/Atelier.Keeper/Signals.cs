using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper;

/// <summary>Names and numbers of Linux signals.</summary>
internal static class Signals
{
    private static readonly string[] s_names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
        "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>A signal's number by its name without SIG; -1 for none.</summary>
    public static int Number(string name) => name.Length == 0 ? -1 : Array.IndexOf(s_names, name);

    /// <summary>What an exit record tells.</summary>
    public static ExitedNotice Exited(LogIndexRecord record) =>
        new(record.Offset, record.First >= 0 ? record.First : null, record.Second > 0 ? Name(record.Second) : null);

    private static string Name(int signal) => signal < s_names.Length ? s_names[signal] : $"RT{signal}";
}
