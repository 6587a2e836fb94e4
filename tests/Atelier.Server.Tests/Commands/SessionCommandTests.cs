namespace Atelier.Server.Tests.Commands;

/// <summary><c>atelier sessions</c> against a server.</summary>
public sealed class SessionCommandTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("show", "nope")]
    [InlineData("delete", "nope")]
    [InlineData("delete", "ses_01k00000000000000000000000")]
    public async Task A_session_that_is_not_there_is_named(string verb, string id)
    {
        var run = await CliRun.OfAsync(server, Cancel, "sessions", verb, id);

        Assert.Equal((1, $"There is no session {id}. See: atelier sessions list"), (run.ExitCode, run.Complained.Trim()));
    }
}
