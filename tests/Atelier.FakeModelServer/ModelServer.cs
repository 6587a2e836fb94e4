using System.Net;
using Atelier.FakeModelServer.Events;
using Atelier.FakeModelServer.Replies;

namespace Atelier.FakeModelServer;

/// <summary>A model that does what a script says, for real agent programs that believe they talk to a provider.</summary>
/// <remarks>
/// It speaks Anthropic Messages, OpenAI chat completions and responses, and Gemini, streamed or whole, on loopback, and needs
/// no key. The script stands in the prompt or in a file (see <see cref="Scripts.Script"/>). A request for a title or for
/// a given JSON shape, which many programs make beside a turn, is answered without touching the script.
/// </remarks>
public sealed class ModelServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly EventLog _events;
    private readonly Signals _signals;

    private ModelServer(WebApplication application, EventLog events, Signals signals)
    {
        _application = application;
        _events = events;
        _signals = signals;
        Address = new Uri(application.Urls.Single());
    }

    /// <summary>Where it listens, without a path.</summary>
    public Uri Address { get; }

    /// <summary>All that happened so far.</summary>
    public IReadOnlyList<ModelEvent> Events => _events.All;

    /// <param name="time">The clock of pauses and paces.</param>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="scripts">Folder of the script files, NAME.script; null when all scripts stand in prompts.</param>
    /// <param name="requests">Folder that gets every request as NUMBER.json; null keeps none.</param>
    /// <param name="onEvent">Is told of each event when it happens, in order.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<ModelServer> StartAsync(
        TimeProvider time,
        int port = 0,
        string? scripts = null,
        string? requests = null,
        Action<ModelEvent>? onEvent = null,
        CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = 64 * 1024 * 1024;
        });

        var application = builder.Build();
        var events = new EventLog(time, onEvent);
        var signals = new Signals();
        new ModelEndpoints(new ScriptPlayer(signals, time), events, signals, time, scripts, requests).Map(application);
        await application.StartAsync(cancellationToken);
        return new ModelServer(application, events, signals);
    }

    /// <summary>Lets one answer go on that waits for this signal, or will.</summary>
    public void Signal(string name) => _signals.Give(name);

    /// <summary>The first event that fits, as soon as there is one.</summary>
    /// <param name="fits">Says whether an event is the one.</param>
    /// <param name="after">Number of the last event that does not count.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<ModelEvent> FirstEventAsync(
        Func<ModelEvent, bool> fits, int after = 0, CancellationToken cancellationToken = default) =>
        _events.FirstAsync(fits, after, cancellationToken);

    /// <summary>Waits for the end of a turn's last answer.</summary>
    public Task<ModelEvent> TurnEndedAsync(int after = 0, CancellationToken cancellationToken = default) => FirstEventAsync(
        happened => happened is { Kind: ModelEventKind.Ended, Purpose: RequestPurpose.Turn, Detail: "stop" },
        after,
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
        _signals.Dispose();
    }
}
