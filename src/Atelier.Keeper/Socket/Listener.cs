using System.Text;
using Atelier.Keeper.Launch;
using Atelier.Keeper.Native;
using Atelier.Protocol.Layout;

namespace Atelier.Keeper.Socket;

/// <summary>The keeper's Unix socket: 0600, in a folder that is made 0700 when it is not there (KL10).</summary>
internal sealed unsafe class Listener
{
    private const int Backlog = 1024;

    private readonly string _path;

    private Listener(string path, int fd)
    {
        _path = path;
        Fd = fd;
    }

    public int Fd { get; }

    public static Listener Open(string path)
    {
        if (Encoding.UTF8.GetByteCount(path) > DataFolder.MaxSocketPathBytes)
        {
            throw new LaunchException("spawn", $"The socket path {path} is longer than {DataFolder.MaxSocketPathBytes} bytes.");
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
        {
            _ = Libc.MakeFolder(folder, 0b111_000_000);
        }

        var error = TryListen(path, out var fd);
        if (error == Linux.AddressInUse)
        {
            if (IsAnswered(path))
            {
                throw new LaunchException("socket-in-use", $"Another process listens on {path}.");
            }

            // Its keeper was killed and could not take it away.
            _ = Libc.Unlink(path);
            error = TryListen(path, out fd);
        }

        return error == 0 ? new Listener(path, fd) : throw LaunchException.Spawn($"The socket {path} cannot be made", error);
    }

    /// <summary>Takes the next connection of somebody who may talk to us; -1 when there is none.</summary>
    public int Accept()
    {
        while (true)
        {
            var fd = Libc.Accept(Fd, null, null, Linux.CloseOnExec | Linux.NonBlocking);
            if (fd < 0)
            {
                if (Libc.Error == Linux.Interrupted)
                {
                    continue;
                }

                return -1;
            }

            if (IsAllowed(fd))
            {
                return fd;
            }

            _ = Libc.Close(fd);
        }
    }

    public void Remove()
    {
        _ = Libc.Unlink(_path);
        _ = Libc.Close(Fd);
    }

    private static int TryListen(string path, out int fd)
    {
        fd = NewSocket();
        var address = Address(path);
        var mask = Libc.Mask(0b001_111_111);
        var bound = Libc.Bind(fd, &address, sizeof(Libc.UnixAddress));
        var error = Libc.Error;
        _ = Libc.Mask(mask);
        if (bound == 0 && Libc.Listen(fd, Backlog) == 0)
        {
            return 0;
        }

        _ = Libc.Close(fd);
        return bound == 0 ? Libc.Error : error;
    }

    private static bool IsAnswered(string path)
    {
        var fd = NewSocket();
        var address = Address(path);
        var isAnswered = Libc.Connect(fd, &address, sizeof(Libc.UnixAddress)) == 0 || Libc.Error == Linux.Again;
        _ = Libc.Close(fd);
        return isAnswered;
    }

    private static bool IsAllowed(int fd)
    {
        Libc.PeerCredentials peer;
        var length = sizeof(Libc.PeerCredentials);
        if (Libc.SocketOption(fd, Linux.SocketLevel, Linux.PeerCredentialsOption, &peer, &length) == 0
            && (peer.User == Libc.User() || peer.User == 0))
        {
            return true;
        }

        KeeperLog.Write($"A connection of user {peer.User} (process {peer.Pid}) is refused.");
        return false;
    }

    private static int NewSocket()
    {
        var fd = Libc.Socket(Linux.UnixFamily, Linux.StreamSocket | Linux.CloseOnExec | Linux.NonBlocking, 0);
        return fd >= 0 ? fd : throw LaunchException.Spawn("No socket could be made", Libc.Error);
    }

    private static Libc.UnixAddress Address(string path)
    {
        var address = new Libc.UnixAddress { Family = Linux.UnixFamily };
        Encoding.UTF8.GetBytes(path, new Span<byte>(address.Path, DataFolder.MaxSocketPathBytes));
        return address;
    }
}
