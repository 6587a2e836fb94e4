using System.Runtime.InteropServices;
using System.Text;
using Atelier.Keeper.Native;
using Atelier.Keeper.Pty;
using Atelier.Protocol.Layout;

namespace Atelier.Keeper.Socket;

/// <summary>The keeper's Unix socket: 0600 in a 0700 folder, for its own user and root (rule KL10).</summary>
internal sealed unsafe class ListeningSocket : IDisposable
{
    private const int UnixDomain = 1;
    private const int Stream = 1;
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int Waiting = 64;

    private readonly string _path;

    private ListeningSocket(string path, int descriptor) => (_path, Descriptor) = (path, descriptor);

    public int Descriptor { get; }

    public static ListeningSocket Open(string path)
    {
        var bytes = Encoding.UTF8.GetBytes(path);
        if (bytes.Length > DataFolder.MaxSocketPathBytes)
        {
            throw InUse($"The socket path {path} is longer than {DataFolder.MaxSocketPathBytes} bytes. Use a shorter runtime folder.");
        }

        Directory.CreateDirectory(
            Path.GetDirectoryName(path)!, // an absolute path to a file has a folder
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Delete(path); // the worker's lock is held: whoever made this socket is gone
        var descriptor = LibC.Socket(UnixDomain, Stream | LibC.CloseOnExec | LibC.NonBlocking, 0);
        var address = stackalloc byte[2 + DataFolder.MaxSocketPathBytes + 1];
        new Span<byte>(address, 2 + DataFolder.MaxSocketPathBytes + 1).Clear();
        *(ushort*)address = UnixDomain;
        bytes.CopyTo(new Span<byte>(address + 2, bytes.Length));
        if (descriptor < 0 || LibC.Bind(descriptor, address, (uint)(2 + bytes.Length + 1)) != 0)
        {
            throw InUse($"The socket {path} cannot be made: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        }

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return LibC.Listen(descriptor, Waiting) == 0
            ? new ListeningSocket(path, descriptor)
            : throw InUse($"The socket {path} cannot be listened on.");
    }

    /// <summary>Accepts a waiting connection; -1 when there is none, or its user may not connect.</summary>
    public int Accept()
    {
        var socket = LibC.Accept(Descriptor, null, null, LibC.CloseOnExec | LibC.NonBlocking);
        if (socket < 0)
        {
            return -1;
        }

        var credentials = stackalloc uint[3];
        var length = 3u * sizeof(uint);
        var user = LibC.GetSocketOption(socket, SocketLevel, PeerCredentials, credentials, &length) == 0
            ? credentials[1]
            : uint.MaxValue;
        if (user == 0 || user == LibC.UserId())
        {
            return socket;
        }

        _ = LibC.Close(socket);
        return -1;
    }

    public void Dispose()
    {
        File.Delete(_path);
        _ = LibC.Close(Descriptor);
    }

    private static KeeperProblemException InUse(string message) => new("socket-in-use", message);
}
