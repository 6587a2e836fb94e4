using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Atelier.Client.News;

namespace Atelier.Client.Api;

/// <summary>Calls the server's HTTP interface with a bearer token.</summary>
/// <remarks>
/// Answers come as the server wrote them (<see cref="SendAsync(HttpMethod, string, CancellationToken)"/>), so that a caller who only passes them on loses
/// nothing, or read into a record. Refusals are <see cref="ProblemException"/>; a server that cannot be reached is <see cref="HttpRequestException"/>.
/// </remarks>
/// <param name="http">Its handler decides about proxies and certificates.</param>
/// <param name="address">The server's address.</param>
/// <param name="token">A token of the person on whose behalf calls are made.</param>
public sealed class ApiClient(HttpClient http, Uri address, string token)
{
    /// <summary>The server's address.</summary>
    public Uri Address { get; } = address;

    /// <summary>The token, for sockets.</summary>
    public string Token { get; } = token;

    /// <summary>Makes a call without a body; gives the answer's body.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">Path and query below the address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<string> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken) =>
        SendAsync(method, path, content: null, cancellationToken);

    /// <summary>Makes a call with a JSON body; gives the answer's body.</summary>
    /// <typeparam name="T">Type of the body.</typeparam>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">Path and query below the address.</param>
    /// <param name="body">The body.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="idempotencyKey">A name for the call, so that making it twice does what it asks for once; null for none.</param>
    public Task<string> SendAsync<T>(
        HttpMethod method, string path, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken, string? idempotencyKey = null) =>
        SendAsync(
            method,
            path,
            new StringContent(JsonSerializer.Serialize(body, type), Encoding.UTF8, "application/json"),
            cancellationToken,
            idempotencyKey);

    /// <summary>Makes a call without a body and writes the answer's body to a stream, as it comes.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">Path and query below the address.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The answer ended before it was whole.</exception>
    public async Task DownloadAsync(HttpMethod method, string path, Stream destination, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new ProblemException(answer.StatusCode, ReadProblem(answer, await answer.Content.ReadAsStringAsync(cancellationToken)));
        }

        await answer.Content.CopyToAsync(destination, cancellationToken);
    }

    /// <summary>The news, beginning with everything there is; ends when the server ends it.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public IAsyncEnumerable<NewsEvent> NewsAsync(CancellationToken cancellationToken) => EventsAsync("/api/events/stream", cancellationToken);

    /// <summary>Server-sent events as they come, until the server or the caller ends them.</summary>
    /// <param name="path">Path and query below the address.</param>
    /// <param name="cancellationToken">Ends them.</param>
    public async IAsyncEnumerable<NewsEvent> EventsAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new ProblemException(answer.StatusCode, ReadProblem(answer, await answer.Content.ReadAsStringAsync(cancellationToken)));
        }

        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            yield return new NewsEvent(item.EventType, item.Data);
        }
    }

    /// <summary>Reads an answer's body.</summary>
    /// <typeparam name="T">Type of the answer.</typeparam>
    /// <param name="json">The body.</param>
    /// <param name="type">How it is read.</param>
    public static T Read<T>(string json, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(json, type) ?? throw new JsonException("The server's answer is empty.");

    private async Task<string> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path)) { Content = content };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var answer = await http.SendAsync(request, cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? body : throw new ProblemException(answer.StatusCode, ReadProblem(answer, body));
    }

    private static Problem ReadProblem(HttpResponseMessage answer, string body)
    {
        try
        {
            return Read(body, ApiJson.Default.Problem);
        }
        catch (JsonException)
        {
            return new Problem(Type: null, answer.ReasonPhrase, (int)answer.StatusCode, body.Length > 0 ? body : null);
        }
    }
}
