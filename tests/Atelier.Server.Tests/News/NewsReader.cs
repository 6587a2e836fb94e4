using System.Text.Json.Nodes;
using Atelier.TestKit;

namespace Atelier.Server.Tests.News;

/// <summary>One event as it came.</summary>
internal sealed record ReceivedEvent(long? Number, string Name, JsonNode Data);

/// <summary>Reads the news stream like a page does.</summary>
internal sealed class NewsReader : IDisposable
{
    private readonly HttpClient _http;
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;

    private NewsReader(HttpClient http, HttpResponseMessage answer, StreamReader lines)
    {
        _http = http;
        _answer = answer;
        _lines = lines;
    }

    /// <summary>Number of the last event that had one.</summary>
    public long? LastNumber { get; private set; }

    public static async Task<NewsReader> OpenAsync(
        TestServer server, CancellationToken cancellationToken, string? token = null, string? lastEventId = null)
    {
        var http = server.Client(token ?? server.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events/stream");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        answer.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new NewsReader(http, answer, new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken)));
    }

    /// <summary>The next event.</summary>
    public async Task<ReceivedEvent> NextAsync()
    {
        var (number, name, data) = ((long?)null, "", "");
        while (true)
        {
            var line = await Patience.For(_lines.ReadLineAsync(), "the next event of the news stream")
                ?? throw new EndOfStreamException("The news stream ended.");
            var (field, value) = line.Split(": ", 2) is [var first, var second] ? (first, second) : (line, "");
            switch (field)
            {
                case "id":
                    number = long.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
                    break;
                case "event":
                    name = value;
                    break;
                case "data":
                    data = value;
                    break;
                case "" when name.Length > 0:
                    LastNumber = number ?? LastNumber;
                    return new ReceivedEvent(number, name, JsonNode.Parse(data) ?? throw new FormatException("An event without data."));
                default:
                    break; // a comment, or the end of one
            }
        }
    }

    /// <summary>The next event of a name; others are passed over.</summary>
    public async Task<ReceivedEvent> NextAsync(string name)
    {
        while (true)
        {
            if (await NextAsync() is { } next && next.Name == name)
            {
                return next;
            }
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        _answer.Dispose();
        _http.Dispose();
    }
}
