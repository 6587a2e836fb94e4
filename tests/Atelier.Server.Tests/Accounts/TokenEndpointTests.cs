using System.Net;

namespace Atelier.Server.Tests.Accounts;

public sealed class TokenEndpointTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_token_works_until_it_is_deleted()
    {
        using var person = server.Client(await server.AddUserAsync("Ada", Cancel));
        var (id, secret) = await CreateAsync(person, """{"name":"laptop"}""");
        using var program = server.Client(secret);

        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/me", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await person.DeleteAsync($"/api/tokens/{id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/me", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_token_past_its_time_is_nobodys()
    {
        using var person = server.Client(await server.AddUserAsync("Ada", Cancel));
        var (_, secret) = await CreateAsync(person, """{"name":"old","expiresAt":"2020-01-01T00:00:00Z"}""");
        using var program = server.Client(secret);

        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/me", Cancel)).StatusCode);
    }

    [Fact]
    public async Task People_see_and_delete_only_their_own()
    {
        using var ada = server.Client(await server.AddUserAsync("Ada", Cancel));
        using var bob = server.Client(await server.AddUserAsync("Bob", Cancel));
        var (id, _) = await CreateAsync(ada, """{"name":"hers"}""");

        Assert.Equal(HttpStatusCode.NotFound, (await bob.DeleteAsync($"/api/tokens/{id}", Cancel)).StatusCode);
        using var listed = await bob.GetAsync("/api/tokens", Cancel);
        Assert.DoesNotContain(id, await listed.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_is_shown_once()
    {
        using var person = server.Client(await server.AddUserAsync("Ada", Cancel));
        var (id, secret) = await CreateAsync(person, """{"name":"laptop"}""");
        using var listed = await person.GetAsync("/api/tokens", Cancel);

        var text = await listed.Content.ReadAsStringAsync(Cancel);
        Assert.Contains(id, text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    private static async Task<(string Id, string Secret)> CreateAsync(HttpClient http, string json)
    {
        using var answer = await http.SendJsonAsync(HttpMethod.Post, "/api/tokens", json, Cancel);
        var token = (await answer.JsonAsync(Cancel))["token"];
        return ((string?)token?["id"] ?? "", (string?)token?["secret"] ?? "");
    }
}
