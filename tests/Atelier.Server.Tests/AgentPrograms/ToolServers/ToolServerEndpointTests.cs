using System.Net;
using System.Text;
using Atelier.Server.AgentPrograms;
using Atelier.Server.AgentPrograms.Settings;
using Atelier.Server.AgentPrograms.ToolServers;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Tests.Agents;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.AgentPrograms.ToolServers;

/// <summary>What programs are handed: servers of tools and variables, with keys in them.</summary>
public sealed class ToolServerEndpointTests(AgentEndpointTests.Server server) : IClassFixture<AgentEndpointTests.Server>
{
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/agent-programs/codex/mcp-servers", "codex", null)]
    [InlineData("/api/repositories/rep_bench/mcp-servers", null, "rep_bench")]
    [Trait("rule", "AL29")]
    public async Task Servers_of_tools_are_kept_sealed_and_their_values_are_told_to_nobody(string path, string? program, string? repository)
    {
        var set = await SendAsync(
            HttpMethod.Put,
            path,
            """{"mcpServers":[{"name":"run","type":"stdio","command":"tools","args":["-x"],"env":{"KEY":"very-secret"}},{"name":"web","type":"http","url":"https://t.test","headers":{"Authorization":"very-secret"}}]}""");
        Assert.DoesNotContain("very-secret", set, StringComparison.Ordinal);
        Assert.Equal(set, await SendAsync(HttpMethod.Get, path, json: null));

        // What is not said again stays.
        await SendAsync(HttpMethod.Put, path, """{"mcpServers":[{"name":"run","type":"stdio","command":"other","env":{"KEY":null,"MORE":"1"}}]}""");
        var kept = Assert.Single(await server.Services.GetRequiredService<ToolServerStore>().ReadAsync(new ToolServersOf(program, repository), _cancellationToken));

        Assert.Equal(("other", "very-secret", "1"), (kept.Command, kept.Values?["KEY"], kept.Values?["MORE"]));
        Assert.DoesNotContain("very-secret", await RowsAsync("select encode(servers, 'escape') from tool_servers"), StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", await RowsAsync("select coalesce(details::text, '') from audit_log"), StringComparison.Ordinal);
        await SendAsync(HttpMethod.Put, path, """{"mcpServers":[]}""");
        Assert.Equal("", await RowsAsync("select 'left' from tool_servers"));
    }

    [Theory]
    [InlineData("""{"mcpServers":[{"name":"run","type":"stdio"}]}""")]
    [InlineData("""{"mcpServers":[{"name":"run","type":"stdio","command":"a","env":{"KEY":null}}]}""")]
    [InlineData("""{"mcpServers":[{"name":"run","type":"stdio","command":"a"},{"name":"run","type":"stdio","command":"b"}]}""")]
    public async Task A_list_that_cannot_be_is_refused(string json)
    {
        using var http = server.Client(server.Token);
        using var answer = await http.SendJsonAsync(HttpMethod.Put, "/api/agent-programs/codex/mcp-servers", json, _cancellationToken);

        Assert.Equal((HttpStatusCode.BadRequest, "/problems/tool-servers-invalid"), (answer.StatusCode, await answer.ProblemAsync(_cancellationToken)));
    }

    [Fact]
    public async Task Variables_of_a_program_are_kept_sealed_and_only_their_names_are_told()
    {
        const string path = "/api/agent-programs/gemini-cli/environment";
        Assert.Equal("""{"variables":["GEMINI_API_KEY","OTHER"]}""", await SendAsync(HttpMethod.Patch, path, """{"variables":{"GEMINI_API_KEY":"very-secret","OTHER":"1"}}"""));
        Assert.Equal("""{"variables":["GEMINI_API_KEY"]}""", await SendAsync(HttpMethod.Patch, path, """{"variables":{"OTHER":null}}"""));
        Assert.Equal("""{"variables":["GEMINI_API_KEY"]}""", await SendAsync(HttpMethod.Get, path, json: null));

        var kept = await server.Services.GetRequiredService<ProgramEnvironments>().OfAsync(new AgentProgramId("gemini-cli"), _cancellationToken);
        Assert.Equal("very-secret", kept["GEMINI_API_KEY"]);
        Assert.DoesNotContain("very-secret", await RowsAsync("select encode(variables, 'escape') from program_environments"), StringComparison.Ordinal);
        using var http = server.Client(server.Token);
        foreach (var wrong in new[] { """{"variables":{"PATH":"/tmp"}}""", """{"variables":{"A=B":"1"}}""", """{"variables":{"ATELIER_X":"1"}}""" })
        {
            using var refused = await http.SendJsonAsync(HttpMethod.Patch, path, wrong, _cancellationToken);
            Assert.Equal("/problems/program-environment-invalid", await refused.ProblemAsync(_cancellationToken));
        }
    }

    [Theory]
    [InlineData("GET", "/api/agent-programs/codex/environment")]
    [InlineData("PATCH", "/api/agent-programs/codex/environment")]
    [InlineData("GET", "/api/agent-programs/codex/mcp-servers")]
    [InlineData("PUT", "/api/agent-programs/codex/mcp-servers")]
    [InlineData("POST", "/api/agent-programs/codex/install")]
    [InlineData("POST", "/api/agent-programs/codex/uninstall")]
    [InlineData("GET", "/api/repositories/rep_bench/mcp-servers")]
    [InlineData("PUT", "/api/repositories/rep_bench/mcp-servers")]
    public async Task Whoever_is_no_administrator_or_owner_sees_and_changes_none_of_it(string method, string path)
    {
        using var http = server.Client(await server.AddUserAsync($"Somebody {Guid.NewGuid():N}", _cancellationToken));
        using var answer = await http.SendJsonAsync(new HttpMethod(method), path, method == "GET" ? null : "{}", _cancellationToken);

        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Forbidden, HttpStatusCode.NotFound });
    }

    private async Task<string> SendAsync(HttpMethod method, string path, string? json)
    {
        using var http = server.Client(server.Token);
        using var answer = await http.SendJsonAsync(method, path, json, _cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(_cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return text;
    }

    private async Task<string> RowsAsync(string sql)
    {
        var all = new StringBuilder();
        foreach (var row in await server.Services.GetRequiredService<NpgsqlDataSource>().CommandFor(sql).AllAsync(row => row.GetString(0), _cancellationToken))
        {
            all.AppendLine(row);
        }

        return all.ToString();
    }
}
