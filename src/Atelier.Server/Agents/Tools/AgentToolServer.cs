using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.Tools;

/// <summary>Tells the program of an agent of our tools: how they are reached from its host, with a token that is good for that agent and that process.</summary>
internal sealed class AgentToolServer(AgentTokens tokens, HostMachines hosts, IServer web, IOptions<ServerOptions> server, IOptions<AgentToolOptions> options)
{
    private const string Name = "atelier";

    /// <summary>A command that opens a conversation, with our server of tools among the others; any other command as it is.</summary>
    /// <remarks>It is put in when the command is said and not when it is stored, as the token stands in it.</remarks>
    public async Task<AgentCommand> WithToolsAsync(Agent agent, NumberedCommand command, CancellationToken cancellationToken)
    {
        var workSession = agent.Threads.Find(one => one.OpeningSequence == command.Sequence)?.WorkSessionId.Value;
        return command.Command switch
        {
            AgentCommand.NewThread open => open with { Place = await WithToolsAsync(agent, command.Epoch, open.Place, workSession, cancellationToken) },
            AgentCommand.LoadThread open => open with { Place = await WithToolsAsync(agent, command.Epoch, open.Place, workSession, cancellationToken) },
            AgentCommand.ResumeThread open => open with { Place = await WithToolsAsync(agent, command.Epoch, open.Place, workSession, cancellationToken) },
            var other => other,
        };
    }

    /// <summary>Variables by which the command line finds us from within the program's process; empty where we cannot be reached.</summary>
    public async Task<IReadOnlyDictionary<string, string?>> EnvironmentAsync(Agent agent, int epoch, CancellationToken cancellationToken) =>
        await AddressAsync(agent, cancellationToken) is { } address
            ? new Dictionary<string, string?> { ["ATELIER_AGENT_URL"] = address, ["ATELIER_AGENT_TOKEN"] = (await tokens.OfAsync(agent.Id.Value, agent.UserId, epoch, cancellationToken)).Text }
            : new Dictionary<string, string?>();

    private async Task<AgentPlace> WithToolsAsync(Agent agent, int epoch, AgentPlace place, string? workSession, CancellationToken cancellationToken)
    {
        if (await AddressAsync(agent, cancellationToken) is not { } address)
        {
            return place;
        }

        var token = await tokens.OfAsync(agent.Id.Value, agent.UserId, epoch, cancellationToken);
        var own = agent.Instance?.Abilities?.McpHttp == true ? OverHttp(address, token, workSession) : OverStdio(address, token, workSession);
        if (own is null)
        {
            return place;
        }

        var servers = place.McpServers is { ValueKind: JsonValueKind.Array } others ? (JsonArray?)JsonNode.Parse(others.Json()) ?? [] : [];
        if (servers.OfType<JsonObject>().Any(one => one["name"] is JsonValue name && name.TryGetValue<string>(out var text) && text == Name))
        {
            return place; // somebody has put another one in its place
        }

        servers.Add(own);
        return place with { McpServers = JsonSerializer.SerializeToElement(servers) };
    }

    private static JsonObject OverHttp(string address, Secret token, string? workSession) => new()
    {
        ["type"] = "http",
        ["name"] = Name,
        ["url"] = $"{address}{ToolEndpoint.Path}{(workSession is null ? "" : $"?{ToolEndpoint.WorkSession}={Uri.EscapeDataString(workSession)}")}",
        ["headers"] = new JsonArray(Pair("Authorization", $"Bearer {token.Text}")),
    };

    private static JsonObject? OverStdio(string address, Secret token, string? workSession) => CommandLine() is not [var program, .. var arguments] ? null : new()
    {
        ["name"] = Name,
        ["command"] = program,
        ["args"] = new JsonArray([.. arguments.Append("mcp").Select(one => (JsonNode?)one)]),
        ["env"] = new JsonArray(Pair("ATELIER_AGENT_URL", address), Pair("ATELIER_AGENT_TOKEN", token.Text), Pair("ATELIER_WORK_SESSION", workSession ?? "")),
    };

    private static JsonObject Pair(string name, string value) => new() { ["name"] = name, ["value"] = value };

    /// <summary>Where the agent's host finds us; null where it cannot, or is not to be told.</summary>
    private async Task<string?> AddressAsync(Agent agent, CancellationToken cancellationToken)
    {
        if (!options.Value.HandOver || agent.Place is not { } place)
        {
            return null;
        }

        var isHere = (await hosts.AllAsync(cancellationToken)).Any(host => host.IsLocal && host.Id.Value == place.HostId);
        return (isHere ? web.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() : server.Value.PublicUrl?.ToString())?.TrimEnd('/');
    }

    /// <summary>The command line of this build. A build lies in versions/&lt;hash&gt;/ with a folder a program; a checkout in artifacts/bin/&lt;Project&gt;/&lt;configuration&gt;/.</summary>
    private static string[] CommandLine()
    {
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var above = Path.GetDirectoryName(here) ?? here;
        var library = Path.Combine(above, "cli", "atelier.dll");
        if (File.Exists(library))
        {
            // By the same runtime that runs this program, which need not be on anybody's path.
            return [Environment.ProcessPath is { } runtime && Path.GetFileName(runtime) == "dotnet" ? runtime : "dotnet", library];
        }

        var program = Path.GetFullPath(Path.Combine(above, "..", "Atelier.Cli", Path.GetFileName(here), "atelier"));
        return File.Exists(program) ? [program] : [];
    }
}
