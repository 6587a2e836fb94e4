using System.Runtime.InteropServices;
using Atelier.Keeper.Launch;
using Atelier.Keeper.Native;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Pty;

/// <summary>Starts the worker's process by posix_spawn; forking a .NET process is not safe.</summary>
/// <remarks>
/// The child gets a session of its own, default signal dispositions, an empty signal mask, descriptors 0 to 2 and no others. glibc makes the
/// session before it runs the file actions, so the terminal opened as descriptor 0 becomes the controlling one.
/// </remarks>
internal static unsafe class ChildSpawn
{
    // posix_spawnattr_t, posix_spawn_file_actions_t and sigset_t are 336, 80 and 128 bytes with glibc, less elsewhere.
    private const int AttributesBytes = 512;
    private const int ActionsBytes = 256;
    private const int SignalSetBytes = 256;

    /// <summary>Starts it with a terminal's slave as its standard streams.</summary>
    public static int OnTerminal(KeeperLaunch launch, string slavePath)
    {
        var actions = stackalloc byte[ActionsBytes];
        Check(Libc.ActionsInit(actions));
        var path = Text(slavePath);
        try
        {
            Check(Libc.ActionsOpen(actions, 0, path, Linux.ReadWrite, 0));
            Check(Libc.ActionsDuplicate(actions, 0, 1));
            Check(Libc.ActionsDuplicate(actions, 0, 2));
            return Start(launch, actions);
        }
        finally
        {
            NativeMemory.Free(path);
            _ = Libc.ActionsDestroy(actions);
        }
    }

    /// <summary>Starts it with pipes as its standard streams.</summary>
    public static int OnPipes(KeeperLaunch launch, int input, int output, int error)
    {
        var actions = stackalloc byte[ActionsBytes];
        Check(Libc.ActionsInit(actions));
        try
        {
            Check(Libc.ActionsDuplicate(actions, input, 0));
            Check(Libc.ActionsDuplicate(actions, output, 1));
            Check(Libc.ActionsDuplicate(actions, error, 2));
            return Start(launch, actions);
        }
        finally
        {
            _ = Libc.ActionsDestroy(actions);
        }
    }

    private static int Start(KeeperLaunch launch, byte* actions)
    {
        var program = ProgramLookup.Find(launch.Command[0], launch.Cwd, launch.Environment);
        Check(Libc.ActionsChangeFolder(actions, launch.Cwd));
        Check(Libc.ActionsCloseFrom(actions, 3));

        var attributes = stackalloc byte[AttributesBytes];
        Check(Libc.AttributesInit(attributes));
        var path = Text(program);
        var arguments = Texts(launch.Command);
        var environment = Texts(Variables(launch.Environment));
        try
        {
            SetSignals(attributes);
            int pid;
            var error = Libc.Spawn(&pid, path, actions, attributes, arguments, environment);
            return error switch
            {
                0 => pid,
                Linux.NoExecFormat or Linux.AccessDenied =>
                    throw new LaunchException("not-executable", $"{program} is not a program this machine can run: {Errno.Describe(error)}."),
                _ => throw LaunchException.Spawn($"{program} did not start", error),
            };
        }
        finally
        {
            NativeMemory.Free(path);
            Free(arguments);
            Free(environment);
            _ = Libc.AttributesDestroy(attributes);
        }
    }

    private static void SetSignals(byte* attributes)
    {
        var set = stackalloc byte[SignalSetBytes];
        _ = Libc.AllSignals(set);
        Check(Libc.AttributesSetDefaultSignals(attributes, set));
        _ = Libc.EmptySignals(set);
        Check(Libc.AttributesSetSignalMask(attributes, set));
        Check(Libc.AttributesSetFlags(
            attributes, Linux.SpawnNewSession | Linux.SpawnSetDefaultSignals | Linux.SpawnSetSignalMask));
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw LaunchException.Spawn("The process could not be prepared", error);
        }
    }

    private static byte* Text(string text)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(text);
        var start = (byte*)NativeMemory.Alloc((nuint)length + 1);
        System.Text.Encoding.UTF8.GetBytes(text, new Span<byte>(start, length));
        start[length] = 0;
        return start;
    }

    private static List<string> Variables(IReadOnlyDictionary<string, string> environment)
    {
        var variables = new List<string>(environment.Count);
        foreach (var (name, value) in environment)
        {
            variables.Add($"{name}={value}");
        }

        return variables;
    }

    private static byte** Texts(IReadOnlyList<string> texts)
    {
        var list = (byte**)NativeMemory.AllocZeroed((nuint)texts.Count + 1, (nuint)sizeof(byte*));
        for (var at = 0; at < texts.Count; at++)
        {
            list[at] = Text(texts[at]);
        }

        return list;
    }

    private static void Free(byte** texts)
    {
        for (var at = texts; *at is not null; at++)
        {
            NativeMemory.Free(*at);
        }

        NativeMemory.Free(texts);
    }
}
