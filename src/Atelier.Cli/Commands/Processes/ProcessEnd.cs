using System.Runtime.InteropServices;
using Atelier.Protocol.Layout;

namespace Atelier.Cli.Commands.Processes;

/// <summary>Asks processes of ours to end, and waits for it.</summary>
internal static partial class ProcessEnd
{
    /// <summary>SIGINT; PostgreSQL ends at once and in order by it.</summary>
    public const int Interrupt = 2;

    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    private const int Kill = 9;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>Ends the process of a role, if one is alive.</summary>
    public static async Task EndAsync(DataFolder data, string role, TimeProvider time, CancellationToken cancellationToken)
    {
        if (ProcessRecord.Find(data, role) is { } record)
        {
            await EndAsync(record.Pid, () => record.IsAlive, Terminate, time, cancellationToken);
        }
    }

    /// <summary>Ends a process: by a signal that asks, and by KILL when it has not ended after twenty seconds.</summary>
    public static async Task EndAsync(int pid, Func<bool> isAlive, int signal, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!isAlive())
        {
            return;
        }

        _ = Send(pid, signal);
        var asked = time.GetTimestamp();
        while (isAlive())
        {
            if (time.GetElapsedTime(asked) > s_patience)
            {
                _ = Send(pid, Kill);
            }

            await Task.Delay(s_look, time, cancellationToken);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int pid, int signal);
}
