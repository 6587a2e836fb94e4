using System.Net.Sockets;
using Npgsql;

namespace Atelier.Server.Tests.Agents;

/// <summary>
/// PostgreSQL behind a wire that can be cut. Each commit passes two steps: before the database hears of it, and after it has answered and before the server knows.
/// </summary>
internal sealed class CutPostgres : IAsyncDisposable
{
    private static readonly byte[][] s_commits = ["COMMIT\0"u8.ToArray(), "delete from agent_commands where instance_id = $1 and epoch = $2 and sequence"u8.ToArray()];
    private static int s_made;

    private readonly string _upstream;
    private readonly string _folder;
    private readonly FakeSteps _steps;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly List<Socket> _open = [];
    private readonly Task _accepting;

    public CutPostgres(string connectionString, FakeSteps steps)
    {
        var upstream = new NpgsqlConnectionStringBuilder(connectionString);
        _steps = steps;
        _upstream = Path.Combine(upstream.Host ?? "", $".s.PGSQL.{upstream.Port}");
        _folder = Path.Combine(Path.GetTempPath(), $"at-cut-{Environment.ProcessId}-{Interlocked.Increment(ref s_made)}");
        Directory.CreateDirectory(_folder);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, $".s.PGSQL.{upstream.Port}")));
        _listener.Listen();
        upstream.Host = _folder;
        upstream.Timeout = 5;
        ConnectionString = upstream.ConnectionString;
        _accepting = AcceptAsync();
    }

    public string ConnectionString { get; }

    /// <summary>Breaks every connection; the next one is welcome again.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _open.ForEach(socket => socket.Dispose());
            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting;
        Directory.Delete(_folder, recursive: true);
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_ended.Token);
                if (_steps.IsDead)
                {
                    client.Dispose();
                    continue;
                }

                var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await server.ConnectAsync(new UnixDomainSocketEndPoint(_upstream), _ended.Token);
                lock (_gate)
                {
                    _open.AddRange([client, server]);
                }

                var wire = new Wire(_steps, client, server);
                _ = wire.PassOnAsync();
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // There is nobody to listen for any more.
        }
    }

    private sealed class Wire(FakeSteps steps, Socket client, Socket server)
    {
        private volatile bool _isCommitting;

        public async Task PassOnAsync()
        {
            await Task.WhenAll(PassAsync(client, server, BeforeAsync), PassAsync(server, client, AfterAsync));
        }

        private static async Task PassAsync(Socket from, Socket to, Func<ReadOnlyMemory<byte>, Task> look)
        {
            var buffer = new byte[64 << 10];
            try
            {
                while (await from.ReceiveAsync(buffer) is > 0 and var count)
                {
                    await look(buffer.AsMemory(0, count));
                    for (var sent = 0; sent < count;)
                    {
                        sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                    }
                }
            }
            catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
            {
                // The other end hears of it, too.
            }

            from.Dispose();
            to.Dispose();
        }

        private async Task BeforeAsync(ReadOnlyMemory<byte> sent)
        {
            if (Array.Exists(s_commits, commit => sent.Span.IndexOf(commit) >= 0))
            {
                await steps.PassAsync("before commit", CancellationToken.None);
                _isCommitting = true;
            }
        }

        private async Task AfterAsync(ReadOnlyMemory<byte> answered)
        {
            if (_isCommitting)
            {
                _isCommitting = false;
                await steps.PassAsync("after commit", CancellationToken.None);
            }
        }
    }
}
