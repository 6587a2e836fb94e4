using Atelier.Keeper.Json;
using Atelier.Keeper.Native;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Launch;

/// <summary>The one line the keeper is told on its standard input, and the one it answers on its standard output.</summary>
internal static unsafe class LaunchLine
{
    private const int MaxBytes = 8 << 20;

    public static KeeperLaunch Read()
    {
        var line = new byte[16 << 10];
        for (var length = 0; length < MaxBytes;)
        {
            if (length == line.Length)
            {
                Array.Resize(ref line, length * 2);
            }

            int count;
            fixed (byte* rest = &line[length])
            {
                count = (int)Libc.Read(0, rest, line.Length - length);
            }

            if (count < 0 && Libc.Error == Linux.Interrupted)
            {
                continue;
            }

            var end = line.AsSpan(length, Math.Max(0, count)).IndexOf((byte)'\n');
            if (end >= 0 || count <= 0)
            {
                return Parse(line.AsSpan(0, length + Math.Max(0, end)));
            }

            length += count;
        }

        throw new LaunchException("spawn", $"The launch line is longer than {MaxBytes} bytes.");
    }

    public static void Answer(KeeperLaunchReply reply)
    {
        byte[] line = [.. MessageWriter.Line(reply), (byte)'\n'];
        fixed (byte* start = line)
        {
            // A starter that is gone needs no answer; the worker runs all the same.
            _ = Libc.Write(1, start, line.Length);
        }
    }

    /// <summary>Lets go of standard input, output and error; what the keeper has to say goes to a file from now on.</summary>
    public static void LetGo(string logPath)
    {
        var nothing = Libc.Open("/dev/null", Linux.ReadWrite | Linux.CloseOnExec, 0);
        var log = Libc.Open(logPath, Linux.WriteOnly | Linux.Create | Linux.Append | Linux.CloseOnExec, 0b110_000_000);
        _ = Libc.Duplicate(nothing, 0);
        _ = Libc.Duplicate(nothing, 1);
        _ = Libc.Duplicate(log >= 0 ? log : nothing, 2);
        _ = Libc.Close(nothing);
        if (log >= 0)
        {
            _ = Libc.Close(log);
        }
    }

    private static KeeperLaunch Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return MessageReader.Launch(JsonObject.Parse(line));
        }
        catch (FormatException notJson)
        {
            throw new LaunchException("spawn", $"The launch line is not what it should be: {notJson.Message}");
        }
    }
}
