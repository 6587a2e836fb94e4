using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Atelier.Server.Tests;

/// <summary>Short calls, and answers read as JSON.</summary>
internal static class Answers
{
    public static Task<HttpResponseMessage> SendJsonAsync(
        this HttpClient http, HttpMethod method, string path, string? json, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        return http.SendAsync(request, cancellationToken);
    }

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage answer, CancellationToken cancellationToken) =>
        await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken) ?? throw new InvalidOperationException("The answer is null.");

    /// <summary>Type of the problem that was answered.</summary>
    public static async Task<string?> ProblemAsync(this HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return (string?)(await answer.JsonAsync(cancellationToken))["type"];
    }
}
