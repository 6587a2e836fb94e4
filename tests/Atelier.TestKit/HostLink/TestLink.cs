using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.TestKit.HostLink;

/// <summary>One link of a daemon, from the server's side.</summary>
public sealed class TestLink : IAsyncDisposable
{
    private readonly WebSocketMessages _transport;
    private readonly JsonRpcPeer _peer;
    private readonly ConcurrentDictionary<int, TunnelStream> _channels = new();
    private readonly Lock _gate = new();
    private readonly List<(Func<WorkerReport, bool> Condition, TaskCompletionSource<WorkerReport> Met)> _waiting = [];
    private readonly Dictionary<string, WorkerReport> _reports = [];
    private int _lastChannel;

    internal TestLink(WebSocket socket, Action<TestLink> ready)
    {
        _transport = new WebSocketMessages(socket, HostProtocol.MaxMessageBytes, TakeFrame, 5 + HostProtocol.MaxChannelBytes);
        var methods = new JsonRpcMethods()
            .OnRequest(HostMethods.Hello, HostJson.Default.HostHello, HostJson.Default.HostWelcome, (hello, cancellationToken) =>
            {
                Hello = hello;
                foreach (var report in hello.Workers)
                {
                    Take(report);
                }

                // The welcome leaves before anything the test asks.
                _ = Task.Run(() => ready(this), cancellationToken);
                return Task.FromResult(new HostWelcome(HostProtocol.Number, [], "host_test"));
            })
            .OnRequest(HostMethods.AgentBatch, HostJson.Default.AgentBatch, HostJson.Default.AgentCursor, (batch, _) => StoreBatch(batch))
            .OnNotification(HostMethods.WorkerChanged, HostJson.Default.WorkerReport, (report, _) =>
            {
                Take(report);
                return ValueTask.CompletedTask;
            })
            .OnNotification(HostMethods.WorkerActivity, HostJson.Default.WorkerActivityNotice, (notice, _) =>
                Activity.Writer.WriteAsync(notice, CancellationToken.None))
            .OnNotification(HostMethods.Progress, HostJson.Default.ProgressNotice, (notice, _) =>
                Progress.Writer.WriteAsync(notice, CancellationToken.None));
        _peer = new JsonRpcPeer(_transport, methods);
    }

    /// <summary>What the daemon said first.</summary>
    public HostHello Hello { get; private set; } = new(0, [], "", "", 0, "", []);

    /// <summary>Activity as it comes.</summary>
    public Channel<WorkerActivityNotice> Activity { get; } = Channel.CreateUnbounded<WorkerActivityNotice>();

    /// <summary>Progress as it comes.</summary>
    public Channel<ProgressNotice> Progress { get; } = Channel.CreateUnbounded<ProgressNotice>();

    /// <summary>Takes what followed agent programs say; answers how far that is stored.</summary>
    public Func<AgentBatch, Task<AgentCursor>> StoreBatch { get; set; } = batch => Task.FromResult(new AgentCursor(batch.ToOffset));

    /// <summary>Cancelled when the link has ended.</summary>
    public CancellationToken Ended => _peer.Ended;

    public Task<TReply> AskAsync<TRequest, TReply>(
        string method, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TReply> replyType) =>
        Patience.For(
            _peer.RequestAsync(method, request, requestType, replyType, CancellationToken.None), $"the answer to {method}");

    public ValueTask TellAsync<TMessage>(string method, TMessage message, JsonTypeInfo<TMessage> type) =>
        _peer.NotifyAsync(method, message, type, CancellationToken.None);

    public Task<WorkerReport> StartAsync(StartWorkerRequest request) => AskAsync(
        HostMethods.StartWorker, request, HostJson.Default.StartWorkerRequest, HostJson.Default.WorkerReport);

    public Task<EndWorkerReply> EndAsync(string workerId, int graceMilliseconds = 2000) => AskAsync(
        HostMethods.EndWorker,
        new EndWorkerRequest(workerId, graceMilliseconds),
        HostJson.Default.EndWorkerRequest,
        HostJson.Default.EndWorkerReply);

    public Task<AttachPoint> AttachPointAsync(string workerId) => AskAsync(
        HostMethods.AttachPoint, new WorkerRequest(workerId), HostJson.Default.WorkerRequest, HostJson.Default.AttachPoint);

    /// <summary>Waits until the newest report of a worker is so.</summary>
    public Task<WorkerReport> ReportAsync(string workerId, Func<WorkerReport, bool> condition, string what)
    {
        bool IsIt(WorkerReport report) => report.WorkerId == workerId && condition(report);
        lock (_gate)
        {
            if (_reports.TryGetValue(workerId, out var known) && IsIt(known))
            {
                return Task.FromResult(known);
            }

            var met = new TaskCompletionSource<WorkerReport>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((IsIt, met));
            return Patience.For(met.Task, what);
        }
    }

    /// <summary>Opens a tunnel to a worker.</summary>
    public async Task<TunnelStream> OpenChannelAsync(string workerId)
    {
        var channel = new TunnelStream(Interlocked.Increment(ref _lastChannel), _transport);
        _channels[channel.Number] = channel;
        await AskAsync(
            HostMethods.OpenChannel,
            new OpenChannelRequest(channel.Number, workerId),
            HostJson.Default.OpenChannelRequest,
            HostJson.Default.Done);
        return channel;
    }

    /// <summary>Sends a text as it is.</summary>
    public ValueTask SayAsync(ReadOnlyMemory<byte> text) => _transport.SendAsync(text, CancellationToken.None);

    /// <summary>Sends a binary frame as it is.</summary>
    public ValueTask SendFrameAsync(ReadOnlyMemory<byte> frame) => _transport.SendBinaryAsync(frame, CancellationToken.None);

    /// <summary>How the daemon closed the link; null when it did not say.</summary>
    public string? CloseReason => _transport.CloseReason;

    /// <summary>Ends the link.</summary>
    public ValueTask DropAsync() => _peer.DisposeAsync();

    public ValueTask DisposeAsync() => _peer.DisposeAsync();

    internal Task RunAsync() => _peer.RunAsync(CancellationToken.None);

    private void Take(WorkerReport report)
    {
        lock (_gate)
        {
            _reports[report.WorkerId] = report;
            foreach (var (_, met) in _waiting.Where(waiting => waiting.Condition(report)))
            {
                met.TrySetResult(report);
            }
        }
    }

    private void TakeFrame(ReadOnlySpan<byte> frame)
    {
        if (_channels.TryGetValue(BinaryPrimitives.ReadInt32BigEndian(frame[1..]), out var channel))
        {
            channel.Take((ChannelFrameType)frame[0], frame[5..]);
        }
    }
}
