using System.Net;
using System.Net.Http.Headers;

namespace Atelier.Server.Tests.Accounts;

public sealed class LoginEndpointTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_token_in_the_data_folder_is_an_administrators_and_only_its_owner_may_read_it()
    {
        using var http = server.Client(server.Token);
        using var answer = await http.GetAsync("/api/me", Cancel);

        Assert.True((bool?)(await answer.JsonAsync(Cancel))["user"]?["isAdministrator"]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(server.DataFolder, "token")));
    }

    [Fact]
    public async Task A_login_link_logs_a_browser_in_once()
    {
        var code = await LoginCodeAsync();

        using var first = await LogInAsync($$"""{"code":"{{code}}"}""");
        using var second = await LogInAsync($$"""{"code":"{{code}}"}""");

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
        Assert.Equal("/problems/link-not-valid", await second.ProblemAsync(Cancel));
    }

    [Fact]
    public async Task Of_many_who_use_one_link_at_once_one_comes_in()
    {
        var code = await LoginCodeAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LogInAsync($$"""{"code":"{{code}}"}""")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_code_is_behind_the_hash_where_no_server_sees_it()
    {
        using var http = server.Client(server.Token);
        using var answer = await http.SendJsonAsync(HttpMethod.Post, "/api/login-links", json: null, Cancel);

        var url = new Uri((string?)(await answer.JsonAsync(Cancel))["loginLink"]?["url"] ?? "");
        Assert.Equal("/login", url.PathAndQuery);
        Assert.StartsWith("#code=", url.Fragment, StringComparison.Ordinal);
        Assert.Equal(server.Address.Authority, url.Authority);
    }

    [Fact]
    public async Task The_cookie_is_kept_from_scripts_and_from_other_sites()
    {
        using var answer = await LogInAsync($$"""{"token":"{{server.Token}}"}""");

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("atelier-", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(server.Token, cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_by_cookie_that_changes_something_needs_the_header_no_form_can_send()
    {
        var cookie = await CookieAsync();

        Assert.Equal(HttpStatusCode.OK, (await ByCookieAsync(HttpMethod.Get, "/api/me", cookie)).StatusCode);
        var refused = await ByCookieAsync(HttpMethod.Patch, "/api/me", cookie);
        Assert.Equal("/problems/missing-request-header", await refused.ProblemAsync(Cancel));
        Assert.Equal(
            HttpStatusCode.OK, (await ByCookieAsync(HttpMethod.Patch, "/api/me", cookie, header: "1")).StatusCode);
    }

    [Fact]
    public async Task Logging_out_ends_the_browsers_login()
    {
        var cookie = await CookieAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await ByCookieAsync(HttpMethod.Post, "/api/logout", cookie, header: "1")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ByCookieAsync(HttpMethod.Get, "/api/me", cookie)).StatusCode);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer atl_wrong")]
    [InlineData("Basic YTpi")]
    [InlineData("atl_wrong")]
    public async Task What_is_no_valid_token_is_nobody(string authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/me");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await server.Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task A_token_in_the_address_is_for_sockets_only()
    {
        using var answer = await server.Http.GetAsync($"/api/me?access_token={server.Token}", Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private async Task<string> LoginCodeAsync()
    {
        using var http = server.Client(server.Token);
        using var answer = await http.SendJsonAsync(HttpMethod.Post, "/api/login-links", json: null, Cancel);
        return (string?)(await answer.JsonAsync(Cancel))["loginLink"]?["code"] ?? "";
    }

    private Task<HttpResponseMessage> LogInAsync(string json) =>
        server.Http.SendJsonAsync(HttpMethod.Post, "/api/login", json, Cancel);

    private async Task<string> CookieAsync()
    {
        using var answer = await LogInAsync($$"""{"token":"{{server.Token}}"}""");
        return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    private async Task<HttpResponseMessage> ByCookieAsync(
        HttpMethod method, string path, string cookie, string? header = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Cookie", cookie);
        if (header is not null)
        {
            request.Headers.Add("Atelier-Request", header);
        }

        if (method == HttpMethod.Patch)
        {
            request.Content = new StringContent(
                """{"displayName":"Ada"}""", new MediaTypeHeaderValue("application/json"));
        }

        return await server.Http.SendAsync(request, Cancel);
    }
}
