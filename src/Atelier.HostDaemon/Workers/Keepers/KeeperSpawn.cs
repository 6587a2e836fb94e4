using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Atelier.HostDaemon.Workers.Keepers;

/// <summary>A keeper that has just been started, and the two pipes to it.</summary>
/// <param name="Pid">Its process id; stays its own until it is collected.</param>
/// <param name="Input">Its standard input.</param>
/// <param name="Output">Its standard output.</param>
internal sealed record SpawnedKeeper(int Pid, FileStream Input, FileStream Output) : IDisposable
{
    public void Dispose()
    {
        Input.Dispose();
        Output.Dispose();
    }
}

/// <summary>Starts keepers with <c>posix_spawn</c>: in a session of their own, with default signals and no descriptor of ours but the two pipes.</summary>
/// <remarks>Nothing of a keeper may depend on this process, so that it lives on when this one is killed, its terminal is closed or its service is stopped.</remarks>
internal static unsafe partial class KeeperSpawn
{
    // glibc's are 80 and 336 bytes.
    private const int StructBytes = 512;
    private const short SetSignalDefaults = 0x04;
    private const short SetSignalMask = 0x08;
    private const short SetSession = 0x80;
    private const int CloseOnExec = 0x80000;
    private const int AppendCreate = 0x1 | 0x40 | 0x400;
    private const int OwnerOnly = 0x180;

    /// <summary>Starts one.</summary>
    /// <param name="program">The keeper's path.</param>
    /// <param name="folder">The worker's folder, its only argument.</param>
    /// <param name="environment">Its own environment.</param>
    /// <param name="errorFile">Where its standard error goes.</param>
    public static SpawnedKeeper Start(
        string program, string folder, IReadOnlyDictionary<string, string> environment, string errorFile)
    {
        var toKeeper = stackalloc int[2];
        var fromKeeper = stackalloc int[2];
        Check(Pipe(toKeeper, CloseOnExec) == 0 ? 0 : Marshal.GetLastPInvokeError(), "pipe2");
        var input = new SafeFileHandle(toKeeper[1], ownsHandle: true);
        using var inputEnd = new SafeFileHandle(toKeeper[0], ownsHandle: true);
        Check(Pipe(fromKeeper, CloseOnExec) == 0 ? 0 : Marshal.GetLastPInvokeError(), "pipe2");
        var output = new SafeFileHandle(fromKeeper[0], ownsHandle: true);
        using var outputEnd = new SafeFileHandle(fromKeeper[1], ownsHandle: true);

        var actions = stackalloc byte[StructBytes];
        var attributes = stackalloc byte[StructBytes];
        Check(ActionsInit(actions), "posix_spawn_file_actions_init");
        Check(AttributesInit(attributes), "posix_spawnattr_init");
        try
        {
            Check(AddDuplicate(actions, toKeeper[0], 0), "adddup2");
            Check(AddDuplicate(actions, fromKeeper[1], 1), "adddup2");
            Check(AddOpen(actions, 2, errorFile, AppendCreate, OwnerOnly), "addopen");
            Check(AddCloseFrom(actions, 3), "addclosefrom");
            Check(AddChangeDirectory(actions, "/"), "addchdir");
            var signals = stackalloc byte[128];
            Check(FillSignals(signals), "sigfillset");
            Check(SetDefaults(attributes, signals), "setsigdefault");
            Check(ClearSignals(signals), "sigemptyset");
            Check(SetMask(attributes, signals), "setsigmask");
            Check(SetFlags(attributes, SetSignalDefaults | SetSignalMask | SetSession), "setflags");
            var pid = Spawn(program, [program, folder], environment, actions, attributes);
            return new SpawnedKeeper(
                pid, new FileStream(input, FileAccess.Write, bufferSize: 0), new FileStream(output, FileAccess.Read, bufferSize: 0));
        }
        catch
        {
            input.Dispose();
            output.Dispose();
            throw;
        }
        finally
        {
            _ = ActionsDestroy(actions);
            _ = AttributesDestroy(attributes);
        }
    }

    private static int Spawn(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        byte* actions,
        byte* attributes)
    {
        var argumentTexts = Texts(arguments);
        var environmentTexts = Texts([.. environment.Select(variable => $"{variable.Key}={variable.Value}")]);
        try
        {
            fixed (nint* first = argumentTexts, variables = environmentTexts)
            {
                Check(PosixSpawn(out var pid, program, actions, attributes, first, variables), program);
                return pid;
            }
        }
        finally
        {
            Free(argumentTexts);
            Free(environmentTexts);
        }
    }

    // Null-terminated array of null-terminated strings.
    private static nint[] Texts(IReadOnlyList<string> texts) => [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];

    private static void Free(nint[] texts) => Array.ForEach(texts, Marshal.FreeCoTaskMem);

    private static void Check(int error, string what)
    {
        if (error != 0)
        {
            throw new Win32Exception(error, $"{what}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int ActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int ActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    private static partial int AddCloseFrom(byte* actions, int first);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddChangeDirectory(byte* actions, string path);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefaults(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial int FillSignals(byte* signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int ClearSignals(byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PosixSpawn(
        out int pid, string path, byte* actions, byte* attributes, nint* arguments, nint* environment);
}
