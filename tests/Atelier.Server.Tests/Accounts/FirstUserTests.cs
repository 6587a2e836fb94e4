using System.Net;

namespace Atelier.Server.Tests.Accounts;

public sealed class FirstUserTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_token_in_the_data_folder_survives_and_is_replaced_when_it_is_deleted()
    {
        var first = server.Token;
        await server.RestartAsync(Cancel);
        Assert.Equal(first, server.Token);

        File.Delete(Path.Combine(server.DataFolder, "token"));
        await server.RestartAsync(Cancel);
        Assert.NotEqual(first, server.Token);
        Assert.Equal(HttpStatusCode.OK, await MeAsync(server.Token));
        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(first));

        await File.WriteAllTextAsync(Path.Combine(server.DataFolder, "token"), "half a tok", Cancel);
        await server.RestartAsync(Cancel);
        Assert.Equal(HttpStatusCode.OK, await MeAsync(server.Token));
    }

    private async Task<HttpStatusCode> MeAsync(string token)
    {
        using var http = server.Client(token);
        using var answer = await http.GetAsync("/api/me", Cancel);
        return answer.StatusCode;
    }
}
