using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Atelier.Protocol.Acp;
using Atelier.Protocol.JsonRpc;
using Atelier.TestKit;

namespace Atelier.Server.Tests.Agents.Editors;

/// <summary>Something an editor was asked.</summary>
internal sealed record AskedEditor(string Method, JsonElement Question, TaskCompletionSource<string> Answer, CancellationToken Withdrawn)
{
    public string RequestId => Question.GetProperty("_meta").GetProperty("atelier").GetProperty("requestId").GetString() ?? "";

    public Task UntilWithdrawn()
    {
        var withdrawn = new TaskCompletionSource();
        Withdrawn.Register(withdrawn.SetResult);
        return Patience.For(withdrawn.Task, "the question to be withdrawn");
    }
}

/// <summary>An update as an editor gets it.</summary>
internal sealed record ToldEditor(string Session, JsonElement Update, long Event, int Piece)
{
    public string Kind => Update.GetProperty("sessionUpdate").GetString() ?? "";

    public string Text => Update.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Object && content.TryGetProperty("text", out var text) ? text.GetString() ?? "" : "";
}

/// <summary>An editor on a socket, that writes down what it is told and answers questions when the test does.</summary>
internal sealed class TestEditor : IAsyncDisposable
{
    private readonly List<ToldEditor> _told = [];
    private readonly Channel<AskedEditor> _asked = Channel.CreateUnbounded<AskedEditor>();
    private readonly JsonRpcPeer _peer;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TestEditor(WebSocket socket)
    {
        var methods = new JsonRpcMethods()
            .OnNotification(EditorMethods.Update, EditorJson.Default.JsonElement, (update, _) =>
            {
                Take(update);
                return ValueTask.CompletedTask;
            })
            .OnRequest(EditorMethods.RequestPermission, EditorJson.Default.JsonElement, EditorJson.Default.JsonElement, (question, ct) => AskAsync(EditorMethods.RequestPermission, question, ct), waitsOutside: true)
            .OnRequest(EditorMethods.Elicit, EditorJson.Default.JsonElement, EditorJson.Default.JsonElement, (question, ct) => AskAsync(EditorMethods.Elicit, question, ct), waitsOutside: true);
        _peer = new JsonRpcPeer(
            new WebSocketMessages(socket, 16 << 20), methods, new JsonRpcOptions { CancelMethod = EditorMethods.CancelRequest, CancelIdName = EditorMethods.CancelIdName });
        Running = Task.Run(() => _peer.RunAsync(CancellationToken.None));
    }

    public Task<JsonRpcEndedException> Running { get; }

    /// <summary>Whether a question waits that nobody has looked at.</summary>
    public bool WasAsked => _asked.Reader.TryPeek(out _);

    public IReadOnlyList<ToldEditor> Told
    {
        get
        {
            lock (_told)
            {
                return [.. _told];
            }
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Connects, and introduces itself.</summary>
    public static async Task<TestEditor> ConnectAsync(TestServer server, string? token, string? client = null, bool forms = false)
    {
        var editor = new TestEditor(await SocketAsync(server, token));
        await editor.AskAsync(EditorMethods.Initialize, new
        {
            protocolVersion = 1,
            clientCapabilities = forms ? (object)new { elicitation = new { form = new { } } } : new { },
            _meta = new { atelier = new { client } },
        });
        return editor;
    }

    public static async Task<WebSocket> SocketAsync(TestServer server, string? token)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (token is not null)
        {
            socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        }

        await socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = EditorMethods.Path }.Uri, Cancel);
        return socket;
    }

    /// <summary>A new conversation with the fake program; its id.</summary>
    public async Task<string> NewAsync(object? atelier = null) =>
        (await AskAsync(EditorMethods.NewSession, new { cwd = "/nowhere", mcpServers = Array.Empty<string>(), _meta = new { atelier = atelier ?? new { repositoryId = EditorServer.Repository, agentProgramId = EditorServer.Program } } }))
            .GetProperty("sessionId").GetString() ?? "";

    public Task<JsonElement> PromptAsync(string session, string text, string? promptId = null, CancellationToken? cancellationToken = null) => AskAsync(
        EditorMethods.Prompt,
        new { sessionId = session, prompt = new[] { new { type = "text", text } }, _meta = new { atelier = new { promptId } } },
        cancellationToken);

    public async Task<JsonElement> AskAsync(string method, object parameters, CancellationToken? cancellationToken = null) => await Patience.For(
        _peer.RequestAsync(method, Element(parameters), EditorJson.Default.JsonElement, EditorJson.Default.JsonElement, cancellationToken ?? Cancel), $"the answer to {method}");

    /// <summary>The refusal of a request.</summary>
    public async Task<JsonRpcException> RefusedAsync(string method, object parameters) => await Assert.ThrowsAsync<JsonRpcException>(() => AskAsync(method, parameters));

    public ValueTask TellAsync(string method, object parameters) => _peer.NotifyAsync(method, Element(parameters), EditorJson.Default.JsonElement, Cancel);

    public Task<AskedEditor> QuestionAsync() => Patience.For(_asked.Reader.ReadAsync(Cancel).AsTask(), "a question to the editor");

    /// <summary>Waits until it has been told something.</summary>
    public async Task<ToldEditor> UntilAsync(Func<ToldEditor, bool> isIt, string what)
    {
        while (true)
        {
            Task more;
            lock (_told)
            {
                if (_told.Find(one => isIt(one)) is { } found)
                {
                    return found;
                }

                more = _more.Task;
            }

            await Patience.For(more, what);
        }
    }

    public ValueTask DisposeAsync() => _peer.DisposeAsync();

    private static JsonElement Element(object value) => JsonSerializer.SerializeToElement(value);

    private void Take(JsonElement update)
    {
        var place = update.GetProperty("_meta").GetProperty("atelier");
        lock (_told)
        {
            _told.Add(new ToldEditor(update.GetProperty("sessionId").GetString() ?? "", update.GetProperty("update"), place.GetProperty("event").GetInt64(), place.GetProperty("piece").GetInt32()));
            _more.TrySetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task<JsonElement> AskAsync(string method, JsonElement question, CancellationToken cancellationToken)
    {
        var asked = new AskedEditor(method, question, new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously), cancellationToken);
        _asked.Writer.TryWrite(asked);
        return JsonElement.Parse(await asked.Answer.Task.WaitAsync(cancellationToken));
    }
}
