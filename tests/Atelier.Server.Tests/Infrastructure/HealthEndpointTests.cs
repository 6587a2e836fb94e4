using System.Net;
using System.Text.Json;

namespace Atelier.Server.Tests.Infrastructure;

public sealed class HealthEndpointTests(TestServer server) : IClassFixture<TestServer>
{
    [Theory]
    [InlineData("/api/health")]
    [InlineData("/api/ready")]
    public async Task A_running_server_is_healthy_and_ready(string path)
    {
        using var answer = await server.Http.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task An_unknown_route_of_the_interface_is_a_problem()
    {
        using var answer = await server.Http.GetAsync("/api/nothing", TestContext.Current.CancellationToken);

        using var problem = JsonDocument.Parse(
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("/problems/not-found", problem.RootElement.GetProperty("type").GetString());
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }
}
