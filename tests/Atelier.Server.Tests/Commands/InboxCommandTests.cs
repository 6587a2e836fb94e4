using Atelier.Server.Tests.Agents;
using Atelier.Server.Tests.Inbox;

namespace Atelier.Server.Tests.Commands;

/// <summary><c>atelier inbox</c> against a server.</summary>
public sealed class InboxCommandTests(AgentEndpointTests.Server server) : IClassFixture<AgentEndpointTests.Server>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_is_listed_shown_answered_remembered_revoked_and_dismissed()
    {
        var ada = new InboxPerson(server);
        var agent = await ada.CreateAsync("run:npm_test end");
        await ada.ItemAsync(agent, "waiting");

        var listed = await AtelierAsync("inbox", "list", "--agent", agent, "--json");
        var id = (string?)listed.Json["items"]?[0]?["id"] ?? "";
        var shown = await AtelierAsync("inbox", "show", id);
        var answered = await AtelierAsync("inbox", "answer", id, "allow_once", "--remember", "repository", "--pattern", "npm test");
        var finished = (string?)(await ada.ItemAsync(agent, "to-review"))["id"] ?? "";
        var again = await AtelierAsync("inbox", "answer", id, "allow_once");
        var rules = await AtelierAsync("inbox", "rules", "--repo", "local/bench");
        var rule = (string?)(await AtelierAsync("inbox", "rules", "--json")).Json["rules"]?[0]?["id"] ?? "";
        var revoked = await AtelierAsync("inbox", "rules", "revoke", rule);
        var none = await AtelierAsync("inbox", "rules", "revoke", "rul_none");
        var dismissed = await AtelierAsync("inbox", "dismiss", finished);
        var wrong = await AtelierAsync("inbox", "answer", id, "--content", "{");

        Assert.Contains($"atelier inbox answer {id} reject_once", shown.Said, StringComparison.Ordinal);
        Assert.Contains("allow_once by ", answered.Said, StringComparison.Ordinal);
        Assert.Contains("npm test …", rules.Said, StringComparison.Ordinal);
        Assert.Contains("dismissed", dismissed.Said, StringComparison.Ordinal);
        Assert.Contains("has answered it", again.Complained, StringComparison.Ordinal);
        Assert.Equal(
            [0, 0, 0, 1, 0, 0, 1, 0, 2],
            new[] { listed, shown, answered, again, rules, revoked, none, dismissed, wrong }.Select(run => run.ExitCode));
    }

    private Task<CliRun> AtelierAsync(params IReadOnlyList<string> arguments) => CliRun.OfAsync(server, Cancel, arguments);
}
