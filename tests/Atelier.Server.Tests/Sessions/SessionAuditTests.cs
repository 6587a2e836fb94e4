namespace Atelier.Server.Tests.Sessions;

public sealed class SessionAuditTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_renamed_or_moved_what_in_a_session_is_written_down()
    {
        var session = await server.AddSessionAsync(Cancel);
        using var http = server.Client(server.Token);
        var worker = session.Workers[0].Id;

        using var titled = await http.SendJsonAsync(HttpMethod.Patch, $"/api/sessions/{session.Id}", """{"title":"Lamp"}""", Cancel);
        using var changed = await http.SendJsonAsync(
            HttpMethod.Patch, $"/api/sessions/{session.Id}/workers/{worker}", """{"name":"build","position":1}""", Cancel);

        Assert.Equal(["session-renamed"], await ActionsAsync(http, session.Id.Value));
        Assert.Equal(["worker-moved", "worker-renamed"], await ActionsAsync(http, worker.Value));
    }

    private static async Task<IEnumerable<string?>> ActionsAsync(HttpClient http, string subject)
    {
        using var audit = await http.GetAsync($"/api/audit?subject={subject}", Cancel);
        return (await audit.JsonAsync(Cancel))["entries"]!.AsArray().Select(line => (string?)line!["action"]);
    }
}
