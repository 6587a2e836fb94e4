using System.Net;
using System.Text.Json.Nodes;

namespace Atelier.Server.Tests.Accounts;

public sealed class UserEndpointTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Somebody_joins_by_an_invite_once()
    {
        using var administrator = server.Client(server.Token);
        var invite = await OkAsync(administrator, HttpMethod.Post, "/api/users", """{"displayName":"Grace"}""");
        var code = (string?)invite["invite"]?["code"];

        using var joined = await server.Http.SendJsonAsync(
            HttpMethod.Post, $"/api/invites/{code}/accept", "{}", Cancel);
        using var again = await server.Http.SendJsonAsync(HttpMethod.Post, $"/api/invites/{code}/accept", "{}", Cancel);

        Assert.Equal("Grace", (string?)(await joined.JsonAsync(Cancel))["user"]?["displayName"]);
        Assert.Contains("Set-Cookie", joined.Headers.Select(header => header.Key));
        Assert.Equal("/problems/link-not-valid", await again.ProblemAsync(Cancel));
        Assert.Contains("Grace", await NamesAsync(administrator));
    }

    [Fact]
    public async Task A_withdrawn_invite_lets_nobody_in()
    {
        using var administrator = server.Client(server.Token);
        var invite = (await OkAsync(administrator, HttpMethod.Post, "/api/users", "{}"))["invite"];

        using var withdrawn = await administrator.SendJsonAsync(
            HttpMethod.Delete, $"/api/invites/{(string?)invite?["id"]}", json: null, Cancel);
        using var refused = await server.Http.SendJsonAsync(
            HttpMethod.Post, $"/api/invites/{(string?)invite?["code"]}/accept", "{}", Cancel);

        Assert.Equal(HttpStatusCode.NoContent, withdrawn.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/api/users", "{}")]
    [InlineData("GET", "/api/invites", null)]
    [InlineData("DELETE", "/api/invites/inv_1", null)]
    [InlineData("PATCH", "/api/users/usr_1", """{"isAdministrator":true}""")]
    [InlineData("DELETE", "/api/users/usr_1", null)]
    public async Task Only_administrators_say_who_belongs_here(string method, string path, string? json)
    {
        using var person = server.Client(await server.AddUserAsync("Nobody special", Cancel));
        using var answer = await person.SendJsonAsync(new HttpMethod(method), path, json, Cancel);

        Assert.Equal("/problems/forbidden", await answer.ProblemAsync(Cancel));
    }

    [Fact]
    public async Task A_closed_account_is_nobody_at_once()
    {
        using var administrator = server.Client(server.Token);
        using var person = server.Client(await server.AddUserAsync("Leaver", Cancel));
        var id = (string?)(await OkAsync(person, HttpMethod.Get, "/api/me", json: null))["user"]?["id"];

        using var closed = await administrator.SendJsonAsync(HttpMethod.Delete, $"/api/users/{id}", json: null, Cancel);
        using var refused = await person.GetAsync("/api/me", Cancel);

        Assert.Equal(HttpStatusCode.NoContent, closed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.DoesNotContain("Leaver", await NamesAsync(administrator));
    }

    [Fact]
    public async Task The_last_administrator_stays_one()
    {
        using var administrator = server.Client(server.Token);
        var id = (string?)(await OkAsync(administrator, HttpMethod.Get, "/api/me", json: null))["user"]?["id"];

        using var changed = await administrator.SendJsonAsync(
            HttpMethod.Patch, $"/api/users/{id}", """{"isAdministrator":false}""", Cancel);
        using var closed = await administrator.SendJsonAsync(HttpMethod.Delete, $"/api/users/{id}", json: null, Cancel);

        Assert.Equal("/problems/no-such-user-or-last-administrator", await changed.ProblemAsync(Cancel));
        Assert.Equal(HttpStatusCode.Conflict, closed.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("two\\nlines")]
    [InlineData("zero\\u0000byte")]
    public async Task A_name_is_one_line_that_says_something(string name)
    {
        using var person = server.Client(server.Token);
        using var answer = await person.SendJsonAsync(
            HttpMethod.Patch, "/api/me", $$"""{"displayName":"{{name}}"}""", Cancel);

        Assert.Equal("/problems/name-not-usable", await answer.ProblemAsync(Cancel));
    }

    private static async Task<JsonNode> OkAsync(HttpClient http, HttpMethod method, string path, string? json)
    {
        using var answer = await http.SendJsonAsync(method, path, json, Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path} answered {answer.StatusCode}.");
        return await answer.JsonAsync(Cancel);
    }

    private static async Task<IEnumerable<string?>> NamesAsync(HttpClient http) =>
        (await OkAsync(http, HttpMethod.Get, "/api/users", json: null))["users"]?.AsArray().Select(user => (string?)user?["displayName"]) ?? [];
}
