using System.Net.Sockets;
using Atelier.Protocol.KeeperLink;

namespace Atelier.HostDaemon.Workers;

/// <summary>The socket of a worker whose keeper is gone: whoever connects reads its log as from a keeper.</summary>
/// <remarks>It is opened when somebody asks for it, and closed with all its readers when the worker is started again or removed.</remarks>
internal sealed class EndedWorkerSocket : IAsyncDisposable
{
    private const int MostReaders = 64;

    private readonly EndedWorker _worker;
    private readonly string _path;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly SemaphoreSlim _free = new(MostReaders);
    private readonly CancellationTokenSource _disposing = new();
    private readonly Task _accepting;

    /// <param name="worker">Answers.</param>
    /// <param name="path">Where to listen; in a folder of our own.</param>
    public EndedWorkerSocket(EndedWorker worker, string path)
    {
        _worker = worker;
        _path = path;
        File.Delete(path);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        _listener.Dispose();
        await _accepting;
        File.Delete(_path);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await _free.WaitAsync(_disposing.Token);
                var socket = await _listener.AcceptAsync(_disposing.Token);
                _ = ServeAsync(new NetworkStream(socket, ownsSocket: true));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        try
        {
            await _worker.ServeAsync(stream, _disposing.Token);
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The reader is gone, or the worker starts again.
        }
        finally
        {
            await stream.DisposeAsync();
            _free.Release();
        }
    }
}
