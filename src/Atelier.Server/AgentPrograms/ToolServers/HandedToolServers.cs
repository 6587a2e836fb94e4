using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol.HostLink;

namespace Atelier.Server.AgentPrograms.ToolServers;

/// <summary>Servers of tools as an agent's program is handed them.</summary>
internal sealed class HandedToolServers(ToolServerStore store)
{
    /// <summary>Those of the program and of the repository that it can use; the repository's where both have one of the same name.</summary>
    public async Task<JsonElement?> ForAsync(string program, string? repository, AgentAbilities? abilities, CancellationToken cancellationToken)
    {
        var ofProgram = await store.ReadAsync(new ToolServersOf(program, Repository: null), cancellationToken);
        var ofRepository = repository is null ? [] : await store.ReadAsync(new ToolServersOf(Program: null, repository), cancellationToken);
        return For([.. ofProgram.Where(one => !ofRepository.Any(other => other.Name == one.Name)), .. ofRepository], abilities);
    }

    /// <summary>Those that a program can use, as the Agent Client Protocol has them; null when there are none. Each can use those that are run for it.</summary>
    public static JsonElement? For(IReadOnlyList<ToolServer> servers, AgentAbilities? program)
    {
        var usable = servers.Where(server => server.Type switch
        {
            ToolServer.Http => program is { McpHttp: true },
            ToolServer.Sse => program is { McpSse: true },
            _ => true,
        }).Select(server => (JsonNode)server.Json()).ToArray();
        return usable.Length == 0 ? null : JsonElement.Parse(new JsonArray(usable).ToJsonString());
    }
}
