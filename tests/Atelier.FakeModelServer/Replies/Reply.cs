using System.Text.Json.Nodes;

namespace Atelier.FakeModelServer.Replies;

/// <summary>A call of a tool; raw is what stands in the place of its arguments, as a model that writes no JSON has it.</summary>
internal sealed record ToolCall(string Id, string Tool, JsonObject Arguments, string? Raw = null)
{
    public string Text => Raw ?? Arguments.ToJsonString();
}

internal sealed record TokenUsage(int InputTokens, int OutputTokens);

/// <summary>An answer on its way, in the words of one protocol. Nothing leaves before <see cref="StartAsync"/>.</summary>
internal interface IReply
{
    Task StartAsync(CancellationToken cancellationToken);

    Task SayAsync(string text, CancellationToken cancellationToken);

    Task ThinkAsync(string text, CancellationToken cancellationToken);

    Task CallAsync(ToolCall call, CancellationToken cancellationToken);

    Task FinishAsync(TokenUsage usage, CancellationToken cancellationToken);
}

/// <summary>An answer that is sent as one JSON document when it is complete.</summary>
internal sealed class WholeReply(HttpResponse response, Func<WholeReply, TokenUsage, JsonObject> document) : IReply
{
    private readonly List<ToolCall> _calls = [];

    public string Text { get; private set; } = "";

    public string Thoughts { get; private set; } = "";

    public IReadOnlyList<ToolCall> Calls => _calls;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SayAsync(string text, CancellationToken cancellationToken)
    {
        Text += text;
        return Task.CompletedTask;
    }

    public Task ThinkAsync(string text, CancellationToken cancellationToken)
    {
        Thoughts += text;
        return Task.CompletedTask;
    }

    public Task CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        _calls.Add(call);
        return Task.CompletedTask;
    }

    public Task FinishAsync(TokenUsage usage, CancellationToken cancellationToken) =>
        response.WriteAsJsonAsync(document(this, usage), cancellationToken);
}

/// <summary>Writes server-sent events; each is flushed, because a program shows what it has.</summary>
internal sealed class EventStream(HttpResponse response)
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        await response.StartAsync(cancellationToken);
    }

    public async Task SendAsync(string? name, string data, CancellationToken cancellationToken)
    {
        await response.WriteAsync(name is null ? $"data: {data}\n\n" : $"event: {name}\ndata: {data}\n\n", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
