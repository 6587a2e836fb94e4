using System.Net;
using System.Text.Json.Nodes;
using Atelier.Server.Infrastructure.Database;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.ModelProviders;

/// <summary>Model providers over HTTP, and what is kept of them.</summary>
public sealed class ModelProviderEndpointTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Provider = """{"kind":"anthropic","baseUrl":"https://models.example","model":"large","apiKey":"sk-secret-1"}""";

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "BA9")]
    public async Task A_key_is_sealed_where_it_is_kept_and_never_shown()
    {
        using var http = server.Client(server.Token);

        using var added = await http.SendJsonAsync(HttpMethod.Post, "/api/model-providers", Provider, _cancellationToken);
        var body = await added.Content.ReadAsStringAsync(_cancellationToken);
        var id = (string?)JsonNode.Parse(body)?["modelProvider"]?["id"] ?? "";
        var listed = await http.GetStringAsync("/api/model-providers", _cancellationToken);
        var audited = await http.GetStringAsync("/api/audit", _cancellationToken);
        var kept = await server.Services.GetRequiredService<NpgsqlDataSource>().CommandFor("select api_key from model_providers where id = $1", id)
            .OneAsync(row => row.GetFieldValue<byte[]>(0), _cancellationToken) ?? [];

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.All((string[])[body, listed, audited, System.Text.Encoding.Latin1.GetString(kept)], text => Assert.DoesNotContain("sk-secret", text, StringComparison.Ordinal));
        Assert.Contains("\"hasApiKey\":true", listed, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(server.DataFolder, "secrets-key")));
        var read = await server.Services.GetRequiredService<Server.ModelProviders.KnownModels>().FindAsync(new(id), _cancellationToken);
        Assert.Equal("sk-secret-1", read?.ApiKey);
        Assert.DoesNotContain("sk-secret", $"{read}", StringComparison.Ordinal);

        using var moved = await http.SendJsonAsync(HttpMethod.Patch, $"/api/model-providers/{id}", """{"baseUrl":"https://elsewhere.example"}""", _cancellationToken);
        using var renamed = await http.SendJsonAsync(HttpMethod.Patch, $"/api/model-providers/{id}", """{"name":"Big"}""", _cancellationToken);
        using var other = await http.SendJsonAsync(
            HttpMethod.Post, "/api/model-providers", """{"kind":"openai-compatible","baseUrl":"http://127.0.0.1:11434/v1","model":"small","isDefault":true}""", _cancellationToken);
        var after = JsonNode.Parse(await http.GetStringAsync("/api/model-providers", _cancellationToken))?["modelProviders"]?.AsArray() ?? [];

        Assert.Equal((400, 200, 201), ((int)moved.StatusCode, (int)renamed.StatusCode, (int)other.StatusCode));
        Assert.Equal([("Big", false), ("small", true)], after.Select(one => ((string?)one?["name"], (bool?)one?["isDefault"] == true)));
        Assert.Equal("sk-secret-1", (await server.Services.GetRequiredService<Server.ModelProviders.KnownModels>().FindAsync(new(id), _cancellationToken))?.ApiKey);
        foreach (var one in after)
        {
            using var removed = await http.DeleteAsync($"/api/model-providers/{one?["id"]}", _cancellationToken);
            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        }
    }

    [Theory]
    [InlineData("""{"baseUrl":"https://models.example","model":"large"}""")]
    [InlineData("""{"kind":"other","baseUrl":"https://models.example","model":"large"}""")]
    [InlineData("""{"kind":"anthropic","baseUrl":"file:///etc/passwd","model":"large"}""")]
    [InlineData("""{"kind":"anthropic","baseUrl":"https://user:secret@models.example","model":"large"}""")]
    [InlineData("""{"kind":"anthropic","baseUrl":"https://models.example","model":" "}""")]
    [InlineData("""{"kind":"anthropic","baseUrl":"https://models.example","model":"large","apiKey":"two words"}""")]
    [InlineData("""{"kind":"anthropic","baseUrl":"https://models.example","model":"large","contextTokens":10}""")]
    [InlineData("""{"kind":"anthropic","baseUrl":"https://models.example","model":"large","contextTokens":8000,"maxOutputTokens":8000}""")]
    public async Task What_cannot_be_a_provider_is_refused(string body)
    {
        using var http = server.Client(server.Token);

        using var answer = await http.SendJsonAsync(HttpMethod.Post, "/api/model-providers", body, _cancellationToken);

        Assert.Equal((400, "/problems/model-provider-invalid"), ((int)answer.StatusCode, await answer.ProblemAsync(_cancellationToken)));
    }

    [Fact]
    public async Task Administrators_alone_say_which_there_are()
    {
        using var http = server.Client(await server.AddUserAsync("Grace", _cancellationToken));

        using var added = await http.SendJsonAsync(HttpMethod.Post, "/api/model-providers", Provider, _cancellationToken);
        using var removed = await http.DeleteAsync("/api/model-providers/any", _cancellationToken);
        using var listed = await http.GetAsync("/api/model-providers", _cancellationToken);

        Assert.Equal((403, 403, 200), ((int)added.StatusCode, (int)removed.StatusCode, (int)listed.StatusCode));
    }
}
