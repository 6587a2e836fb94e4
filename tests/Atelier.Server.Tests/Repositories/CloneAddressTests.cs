using Atelier.Protocol.JsonRpc;
using Atelier.Server.Repositories;
using Atelier.Server.Tests.Hosts;

namespace Atelier.Server.Tests.Repositories;

public sealed class CloneAddressTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://example.org/team/app.git")]
    [InlineData(" https://127.0.0.1:1/x.git ")]
    [InlineData("http://[::1]:8080/x")]
    [InlineData("git://example.org/x")]
    [InlineData("ssh://git@example.org:2222/team/app")]
    [InlineData("git@example.org:team/app.git")]
    [InlineData("build-machine:app")]
    [InlineData("file:///srv/git/app.git")]
    [InlineData("/srv/git/app.git")]
    public void What_git_clones_from_is_taken(string url) =>
        Assert.Equal(new CloneAddressDecision.Accepted(url.Trim()), CloneAddress.Decide(url));

    [Theory]
    [InlineData("https://user:secret@example.org/x.git")]
    [InlineData("https://token@example.org/x.git")]
    [InlineData("HTTPS://user:secret@example.org/x.git")]
    [InlineData("https://user:sec/ret@example.org/x.git")]
    [InlineData("https://user:sec?ret@example.org/x.git")]
    [InlineData("https://@example.org/x.git")]
    [InlineData("https://example.org/x.git?token=secret")]
    [InlineData("ssh://user:secret@example.org/x.git")]
    [InlineData("user:secret@example.org:x.git")]
    [InlineData("ftp://user:secret@example.org/x.git")]
    public void An_address_with_a_secret_is_refused(string url) =>
        Assert.Equal(new CloneAddressDecision.CarriesASecret(), CloneAddress.Decide(url));

    [Theory]
    [InlineData("https://user:secret@example.org/x.git", null)]
    [InlineData("https://example.org/x.git", "https://example.org/x.git")]
    [InlineData(null, null)]
    public void A_secret_that_was_kept_before_is_not_shown(string? kept, string? shown) =>
        Assert.Equal(shown, CloneAddress.Shown(kept));

    [Theory]
    [InlineData("")]
    [InlineData("not a url")]
    [InlineData("app")]
    [InlineData("../app")]
    [InlineData("ext::sh -c id")]
    [InlineData("ext::id")]
    [InlineData("--upload-pack=id")]
    [InlineData("ssh://-oProxyCommand=id/x")]
    [InlineData("-oProxyCommand=id:x")]
    [InlineData("file://example.org/x")]
    [InlineData("file:/srv/git/app.git")]
    [InlineData("https://example.org")]
    [InlineData("https:///x.git")]
    [InlineData("https://example.org/x\n.git")]
    public void What_is_no_address_is_refused(string url) =>
        Assert.Equal(new CloneAddressDecision.NotAnAddress(), CloneAddress.Decide(url));

    [Theory]
    [InlineData("https://user:secret@example.org/x.git", "/problems/clone-address-has-secret")]
    [InlineData("ext::id", "/problems/clone-address-invalid")]
    public async Task What_is_refused_leaves_no_repository_and_is_not_said_again(string url, string type)
    {
        await using var host = await ScriptedHost.LinkAsync(server, new JsonRpcMethods(), Cancel);
        using var administrator = server.Client(server.Token);

        using var refused = await administrator.SendJsonAsync(HttpMethod.Post, "/api/repositories", $$"""{"provider":"git","url":"{{url}}"}""", Cancel);
        using var listed = await administrator.GetAsync("/api/repositories", Cancel);

        Assert.Equal(type, await refused.ProblemAsync(Cancel));
        Assert.DoesNotContain("secret@", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Empty((await listed.JsonAsync(Cancel))["repositories"]!.AsArray());
    }
}
