using Atelier.Server.Repositories;

namespace Atelier.Server.Tests.Repositories;

public sealed class RepositoryTests
{
    [Theory]
    [InlineData("https://example.org/team/app.git", "team", "app")]
    [InlineData("git@example.org:team/app.git", "team", "app")]
    [InlineData("ssh://git@example.org:2222/team/sub/app", "sub", "app")]
    [InlineData("/srv/git/app.git/", "git", "app")]
    [InlineData("app", "local", "app")]
    [InlineData("https://127.0.0.1:1/x.git", "127.0.0.1", "x")]
    [InlineData("git@example.org:app.git", "example.org", "app")]
    [InlineData("file:///app.git", "local", "app")]
    public void Owner_and_name_are_a_urls_last_two_parts(string url, string owner, string name) =>
        Assert.Equal((owner, name), Repository.NameOf(url));
}
