using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.AgentPrograms.ToolServers;

/// <summary>A server of tools as people see and say it.</summary>
/// <param name="Name">For the program; unique in its list.</param>
/// <param name="Type">stdio, http or sse.</param>
/// <param name="Command">What is run, for stdio.</param>
/// <param name="Args">Its arguments.</param>
/// <param name="Url">Its address, for http and sse.</param>
/// <param name="Env">Variables of what is run. Values are not told again: null stands for one that is kept, and keeps it.</param>
/// <param name="Headers">The same for http and sse.</param>
internal sealed record ToolServerBody(
    string Name,
    string Type,
    string? Command = null,
    IReadOnlyList<string>? Args = null,
    string? Url = null,
    IReadOnlyDictionary<string, string?>? Env = null,
    IReadOnlyDictionary<string, string?>? Headers = null);

internal sealed record ToolServersBody(IReadOnlyList<ToolServerBody> McpServers);

internal static class ToolServerEndpoints
{
    public static void MapToolServers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/agent-programs/{id}/mcp-servers", GetOfProgram).Requires(Access.Administrator);
        routes.MapPut("/api/agent-programs/{id}/mcp-servers", SetOfProgram).Requires(Access.Administrator);
        routes.MapGet("/api/repositories/{id}/mcp-servers", GetOfRepository).Requires(Access.Repository(Role.Owner));
        routes.MapPut("/api/repositories/{id}/mcp-servers", SetOfRepository).Requires(Access.Repository(Role.Owner));
    }

    private static async Task<Results<Ok<ToolServersBody>, ProblemHttpResult>> GetOfProgram(
        AgentProgramId id, ProgramCatalog catalog, ToolServerStore store, CancellationToken cancellationToken) =>
        await catalog.FindAsync(id, cancellationToken) is null
            ? AgentProgramProblems.NotFound(id.Value)
            : TypedResults.Ok(Show(await store.ReadAsync(new ToolServersOf(id.Value, Repository: null), cancellationToken)));

    private static async Task<Results<Ok<ToolServersBody>, ProblemHttpResult>> SetOfProgram(
        AgentProgramId id, ToolServersBody request, CurrentUser user, ProgramCatalog catalog, ToolServerStore store, AuditLog audit, CancellationToken cancellationToken) =>
        await catalog.FindAsync(id, cancellationToken) is null
            ? AgentProgramProblems.NotFound(id.Value)
            : await SaveAsync(new ToolServersOf(id.Value, Repository: null), "agent-program", id.Value, request, user, store, audit, cancellationToken);

    private static async Task<Ok<ToolServersBody>> GetOfRepository(string id, ToolServerStore store, CancellationToken cancellationToken) =>
        TypedResults.Ok(Show(await store.ReadAsync(new ToolServersOf(Program: null, id), cancellationToken)));

    private static Task<Results<Ok<ToolServersBody>, ProblemHttpResult>> SetOfRepository(
        string id, ToolServersBody request, CurrentUser user, ToolServerStore store, AuditLog audit, CancellationToken cancellationToken) =>
        SaveAsync(new ToolServersOf(Program: null, id), "repository", id, request, user, store, audit, cancellationToken);

    private static async Task<Results<Ok<ToolServersBody>, ProblemHttpResult>> SaveAsync(
        ToolServersOf of, string kind, string id, ToolServersBody request, CurrentUser user, ToolServerStore store, AuditLog audit, CancellationToken cancellationToken)
    {
        if (request.McpServers.Count > ToolServer.MostServers)
        {
            return AgentProgramProblems.ToolServersInvalid($"There are at most {ToolServer.MostServers} of them.");
        }

        var kept = await store.ReadAsync(of, cancellationToken);
        var servers = new List<ToolServer>();
        foreach (var body in request.McpServers)
        {
            if (Of(body, kept.FirstOrDefault(one => one.Name == body.Name)) is not { } server)
            {
                return AgentProgramProblems.ToolServersInvalid($"A value of {body.Name} is null, and none is kept of that name.");
            }

            if (server.Wrong() is { } wrong)
            {
                return AgentProgramProblems.ToolServersInvalid(wrong);
            }

            servers.Add(server);
        }

        if (servers.CountBy(server => server.Name, StringComparer.Ordinal).FirstOrDefault(name => name.Value > 1).Key is { } twice)
        {
            return AgentProgramProblems.ToolServersInvalid($"Two of them are called {twice}.");
        }

        await store.SaveAsync(of, servers, user.Id, cancellationToken);
        await audit.WriteAsync(new AuditEntry(user.Actor, "tool-servers-changed", kind, id, new { names = servers.Select(server => server.Name) }), cancellationToken);
        return TypedResults.Ok(Show(servers));
    }

    /// <summary>With the values that are kept in the place of those that are not said; null where there is none to keep.</summary>
    private static ToolServer? Of(ToolServerBody body, ToolServer? kept)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in (body.Type == ToolServer.Stdio ? body.Env : body.Headers) ?? new Dictionary<string, string?>())
        {
            if ((value ?? kept?.Values?.GetValueOrDefault(name)) is not { } said)
            {
                return null;
            }

            values[name] = said;
        }

        return body.Type == ToolServer.Stdio
            ? new ToolServer(body.Name, body.Type, body.Command, body.Args ?? [], Url: null, values)
            : new ToolServer(body.Name, body.Type, Command: null, Arguments: null, body.Url, values);
    }

    private static ToolServersBody Show(IReadOnlyList<ToolServer> servers) => new([.. servers.Select(server =>
    {
        var names = server.Values?.Keys.ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
        return new ToolServerBody(
            server.Name,
            server.Type,
            server.Command,
            server.Arguments,
            server.Url,
            server.Type == ToolServer.Stdio ? names : null,
            server.Type == ToolServer.Stdio ? null : names);
    })]);
}
