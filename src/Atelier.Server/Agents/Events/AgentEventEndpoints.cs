using System.Buffers;
using System.Globalization;
using System.Text;
using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Agents.Events;

internal static class AgentEventEndpoints
{
    public static void MapAgentEvents(this IEndpointRouteBuilder routes)
    {
        var events = routes.MapGroup("/api/agents/{agentId}/events");
        events.MapGet("", Page).Requires(Access.Agent(Role.Viewer, "agentId"));
        events.MapGet("/stream", Stream).Requires(Access.Agent(Role.Viewer, "agentId"));
    }

    /// <summary>A page of events: after a number, or the last ones before one.</summary>
    private static async Task<IResult> Page(
        AgentId agentId, AgentEventStore store, CancellationToken cancellationToken, long? after = null, long? before = null, int limit = AgentEventStore.PageSize)
    {
        var most = Math.Clamp(limit, 1, AgentEventStore.PageSize);
        var page = before is { } end
            ? await store.BeforeAsync(agentId, end, most, cancellationToken)
            : await store.AfterAsync(agentId, after ?? 0, most, cancellationToken);
        var text = new ArrayBufferWriter<byte>();
        text.Write("{\"events\":["u8);
        foreach (var (index, one) in page.Index())
        {
            text.Write(index == 0 ? ""u8 : ","u8);
            AgentEventText.Write(text, one);
        }

        text.Write("]}"u8);
        return Results.Text(Encoding.UTF8.GetString(text.WrittenSpan), "application/json", Encoding.UTF8);
    }

    /// <summary>Events as they come, after <c>Last-Event-ID</c> or <c>after</c>; from the first one when neither is given.</summary>
    private static IResult Stream(AgentId agentId, HttpContext context, AgentEventStreams streams, long? after = null)
    {
        var last = context.Request.Headers["Last-Event-ID"].ToString();
        return streams.Follow(agentId, long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : after ?? 0);
    }
}
