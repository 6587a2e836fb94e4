using System.Net;
using Atelier.TestKit;

namespace Atelier.Server.Tests.Infrastructure.Web;

/// <summary>A server with a small built page.</summary>
public sealed class ServerWithPage(TestPostgres postgres) : TestServer(postgres)
{
    private readonly TemporaryFolder _folder = new();

    protected override IEnumerable<string> Arguments
    {
        get
        {
            _folder.Write("secret.txt", "not part of the page");
            _folder.Write("web/index.html", "<!doctype html><title>Atelier</title>");
            _folder.Write("web/assets/app-1a2b.js", "plain");
            _folder.Write("web/assets/app-1a2b.js.br", "smaller");
            return [.. base.Arguments, "--web", _folder["web"]];
        }
    }
}

public sealed class PageFilesTests(ServerWithPage server) : IClassFixture<ServerWithPage>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/sessions/ses_1")]
    [InlineData("/github/owner/repository/feature%2Fone/code")]
    [InlineData("/github/owner/repository/v1.2/code/readme.md")]
    public async Task Every_address_of_the_page_is_answered_with_the_page(string path)
    {
        using var answer = await server.Http.GetAsync(path, Cancel);

        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Atelier", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl?.NoCache);
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/nothing")]
    [InlineData("/ws/nothing")]
    [InlineData("/assets/gone-3c4d.js")]
    public async Task What_is_not_the_pages_is_not_answered_with_the_page(string path)
    {
        using var answer = await server.Http.GetAsync(path, Cancel);

        Assert.Equal("/problems/not-found", await answer.ProblemAsync(Cancel));
    }

    [Theory]
    [InlineData("br, gzip", "smaller", "br")]
    [InlineData("gzip", "plain", null)]
    [InlineData("br;q=0", "plain", null)]
    public async Task A_file_goes_out_as_small_as_the_browser_takes_it(string accepts, string expected, string? coding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/app-1a2b.js");
        request.Headers.Add("Accept-Encoding", accepts);
        using var answer = await server.Http.SendAsync(request, Cancel);

        Assert.Equal(expected, await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(coding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("immutable", answer.Headers.CacheControl?.ToString() ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_browser_has_is_not_sent_again()
    {
        using var first = await server.Http.GetAsync("/", Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag ?? throw new InvalidOperationException("There is no tag."));
        using var second = await server.Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/assets/..%2f..%2fsecret.txt")]
    [InlineData("//etc/passwd")]
    public async Task Nothing_outside_of_the_pages_folder_is_served(string path)
    {
        using var answer = await server.Http.GetAsync(new Uri(server.Address.ToString().TrimEnd('/') + path), Cancel);

        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotContain("not part of the page", text, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", text, StringComparison.Ordinal);
    }
}
