using System.Runtime.InteropServices;
using Atelier.Protocol.Layout;

namespace Atelier.Cli.Commands.Processes;

/// <summary>Asks processes of ours to end, and waits for it.</summary>
internal static partial class ProcessEnd
{
    private const int Terminate = 15;
    private const int Kill = 9;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>Ends the process of a role, if one is alive: TERM, and KILL when it has not ended after twenty seconds.</summary>
    public static async Task EndAsync(DataFolder data, string role, TimeProvider time, CancellationToken cancellationToken)
    {
        if (ProcessRecord.Find(data, role) is not { } record)
        {
            return;
        }

        _ = Signal(record.Pid, Terminate);
        var asked = time.GetTimestamp();
        while (record.IsAlive)
        {
            if (time.GetElapsedTime(asked) > s_patience)
            {
                _ = Signal(record.Pid, Kill);
            }

            await Task.Delay(s_look, time, cancellationToken);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int pid, int signal);
}
