using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Atelier.Protocol.Layout;
using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Agents.Editors;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Identity;
using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Atelier.Server.Agents.Tools;

/// <summary>The tools over the Model Context Protocol, streamable HTTP without sessions: <c>/mcp</c> (docs/protocols/mcp-server.md).</summary>
internal static class ToolEndpoint
{
    public const string Path = "/mcp";
    public const string WorkSession = "workSession";

    private static readonly JsonTypeInfo<JsonRpcMessage> s_messages = (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    public static void MapTools(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, Post).AllowAnyUser().WithMetadata(TakesAgentTokens.Mark).ExcludeFromDescription();
        routes.MapGet(Path, NothingToStream).AllowAnyUser().WithMetadata(TakesAgentTokens.Mark).ExcludeFromDescription();
    }

    /// <summary>Nothing is said on its own, so there is nothing to stream; the protocol has an answer for that.</summary>
    private static ProblemHttpResult NothingToStream(HttpContext context)
    {
        context.Response.Headers.Allow = "POST";
        return Problem.Of(405, "nothing-to-stream", "Nothing is streamed here.", "Send messages by POST; the answer comes with it.");
    }

    private static async Task<IResult> Post(HttpContext context, CurrentUser user, AgentTools tools, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        JsonRpcMessage? message;
        try
        {
            message = await JsonSerializer.DeserializeAsync(context.Request.Body, s_messages, cancellationToken);
        }
        catch (JsonException unreadable)
        {
            return Problem.Of(400, "malformed-request", "The request cannot be read.", unreadable.Message);
        }

        if (message is null)
        {
            return Problem.Of(400, "malformed-request", "The request cannot be read.", "It is empty.");
        }

        var workSession = WorkSessionId.TryParse(context.Request.Query[WorkSession], provider: null, out var named) ? named : (WorkSessionId?)null;
        await using var transport = new StreamableHttpServerTransport(loggers) { Stateless = true };
        await using var server = McpServer.Create(transport, Options(tools, user, workSession), loggers, context.RequestServices);
        var serving = server.RunAsync(cancellationToken);
        context.Response.Headers.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // else proxies of one kind hold the answer back
        if (!await transport.HandlePostRequestAsync(message, context.Response.Body, cancellationToken))
        {
            context.Response.Headers.ContentType = default;
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }

        await transport.DisposeAsync();
        await serving;
        return Results.Empty;
    }

    private static McpServerOptions Options(AgentTools tools, CurrentUser user, WorkSessionId? workSession) => new()
    {
        ServerInfo = new Implementation { Name = "atelier", Title = "Atelier", Version = ProcessRecord.BuildVersion },
        ServerInstructions = "Lines of work of your agent, its terminals, and the people it works for.",
        Capabilities = new ServerCapabilities { Tools = new ToolsCapability() },
        Handlers = new McpServerHandlers
        {
            ListToolsHandler = (_, _) => ValueTask.FromResult(new ListToolsResult { Tools = ToolDescriptions.All }),
            CallToolHandler = async (request, cancellationToken) => await CallAsync(
                tools,
                request.Params?.Name ?? "",
                new ToolCall(user, workSession, CallId(request.Params?.Meta), request.Params?.Arguments?.AsReadOnly() ?? new Dictionary<string, JsonElement>().AsReadOnly()),
                cancellationToken),
        },
    };

    private static async Task<CallToolResult> CallAsync(AgentTools tools, string tool, ToolCall call, CancellationToken cancellationToken)
    {
        try
        {
            return Said((await tools.CallAsync(tool, call, cancellationToken)).ToJsonString(), isError: false);
        }
        catch (ToolRefusedException refused)
        {
            return Said(refused.Message, isError: true);
        }
        catch (Exception outside) when (EditorRefusals.Of(outside) is { } words)
        {
            return Said(words.Message, isError: true);
        }
    }

    private static CallToolResult Said(string text, bool isError) => new() { Content = [new TextContentBlock { Text = text }], IsError = isError };

    private static string? CallId(JsonObject? meta) =>
        meta?["atelier"] is JsonObject ours && ours["callId"] is JsonValue value && value.TryGetValue<string>(out var id) && Ids.IsValid(id) && id.Length <= 100 ? id : null;
}
