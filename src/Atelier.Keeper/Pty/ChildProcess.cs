using System.Runtime.InteropServices;
using System.Text;
using Atelier.Keeper.Native;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Pty;

/// <summary>Starts the worker's process: own session, default signals, no descriptor but 0, 1 and 2.</summary>
/// <remarks>By posix_spawn: forking a runtime that has threads is not safe.</remarks>
internal static unsafe class ChildProcess
{
    private const int Executable = 1;

    /// <summary>Starts the launch's command with file actions for its descriptors; gives its process id.</summary>
    public static int Start(KeeperLaunch launch, Action<nint> addDescriptors)
    {
        var path = Find(launch);
        if (!Directory.Exists(launch.Cwd))
        {
            throw new KeeperProblemException("cwd-not-found", $"The directory {launch.Cwd} is not there. Make it, or choose another.");
        }

        var actions = stackalloc byte[SpawnLibrary.OpaqueBytes];
        var attributes = stackalloc byte[SpawnLibrary.OpaqueBytes];
        var signals = stackalloc byte[SpawnLibrary.OpaqueBytes];
        SpawnLibrary.Must(SpawnLibrary.InitActions(actions));
        SpawnLibrary.Must(SpawnLibrary.InitAttributes(attributes));
        var arguments = Strings(launch.Command);
        var environment = Strings(launch.Environment.Select(variable => $"{variable.Key}={variable.Value}"));
        try
        {
            SpawnLibrary.Must(SpawnLibrary.AddChangeDirectory(actions, launch.Cwd));
            addDescriptors((nint)actions);
            SpawnLibrary.Must(SpawnLibrary.AddCloseFrom(actions, 3));

            SpawnLibrary.Must(SpawnLibrary.SetFlags(
                attributes, SpawnLibrary.SetSession | SpawnLibrary.SetSignalDefaults | SpawnLibrary.SetSignalMask));
            SpawnLibrary.Must(SpawnLibrary.FillSignals(signals));
            SpawnLibrary.Must(SpawnLibrary.SetDefaultSignals(attributes, signals));
            SpawnLibrary.Must(SpawnLibrary.EmptySignals(signals));
            SpawnLibrary.Must(SpawnLibrary.SetMask(attributes, signals));

            var error = SpawnLibrary.Spawn(out var pid, path, actions, attributes, arguments, environment);
            return error == 0 ? pid : throw new KeeperProblemException(
                "spawn", $"{path} could not be started in {launch.Cwd}: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
        finally
        {
            Free(arguments);
            Free(environment);
            _ = SpawnLibrary.DestroyActions(actions);
            _ = SpawnLibrary.DestroyAttributes(attributes);
        }
    }

    private static string Find(KeeperLaunch launch)
    {
        if (launch.Command is not [{ Length: > 0 } program, ..])
        {
            throw new KeeperProblemException("command-not-found", "The command is empty.");
        }

        if (program.Contains('/', StringComparison.Ordinal))
        {
            var path = Path.Combine(launch.Cwd, program);
            return !File.Exists(path)
                ? throw new KeeperProblemException("command-not-found", $"The program {program} is not there.")
                : IsExecutable(path) ? path : throw NotExecutable(path);
        }

        launch.Environment.TryGetValue("PATH", out var folders);
        var candidates = (folders ?? "/usr/local/bin:/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .Where(File.Exists)
            .ToArray();
        return candidates.FirstOrDefault(IsExecutable)
            ?? throw (candidates.Length > 0
                ? NotExecutable(candidates[0])
                : new KeeperProblemException(
                    "command-not-found", $"The program {program} is not on the PATH ({folders}). Install it, or give its whole path."));
    }

    private static KeeperProblemException NotExecutable(string path) =>
        new("not-executable", $"The file {path} may not be run. Try: chmod +x {path}");

    private static bool IsExecutable(string path) =>
        (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0
        && LibC.Access(path, Executable) == 0;

    private static byte** Strings(IEnumerable<string> texts)
    {
        var list = texts.ToArray();
        var pointers = (byte**)NativeMemory.Alloc((nuint)(list.Length + 1), (nuint)sizeof(byte*));
        for (var at = 0; at < list.Length; at++)
        {
            var bytes = Encoding.UTF8.GetBytes(list[at] + '\0');
            pointers[at] = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
            bytes.CopyTo(new Span<byte>(pointers[at], bytes.Length));
        }

        pointers[list.Length] = null;
        return pointers;
    }

    private static void Free(byte** pointers)
    {
        for (var at = 0; pointers[at] is not null; at++)
        {
            NativeMemory.Free(pointers[at]);
        }

        NativeMemory.Free(pointers);
    }
}
