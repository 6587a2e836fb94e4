using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents.Events;

/// <summary>Sends an agent's events to whoever follows it: what there is from the rows, then what comes, without a gap between.</summary>
internal sealed class AgentEventStreams(AgentEventStore store, AgentFeed feed, AgentRows rows, TimeProvider clock)
{
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(15);

    public Task<long> LastAsync(AgentId agent, CancellationToken cancellationToken) => store.LastAsync(agent, cancellationToken);

    /// <summary>Sends everything after a number until the reader goes.</summary>
    public IResult Follow(AgentId agent, long after) => new SentEvents((output, cancellationToken) => RunAsync(output, agent, after, _ => false, cancellationToken));

    /// <summary>Sends what belongs to one turn until it is over; one that is over already is told as it ended.</summary>
    public IResult UntilOver(AgentId agent, TurnId turn, long after) => new SentEvents(async (output, cancellationToken) =>
    {
        if (await rows.TurnAsync(agent, turn, cancellationToken) is { IsOver: true })
        {
            await ReplayAsync(output, agent, turn, cancellationToken);
            return;
        }

        await RunAsync(output, agent, after, one => IsEndOf(one, turn), cancellationToken, turn);
    });

    private async Task ReplayAsync(PipeWriter output, AgentId agent, TurnId turn, CancellationToken cancellationToken)
    {
        for (long last = 0; ;)
        {
            var page = await store.AfterAsync(agent, last, AgentEventStore.PageSize, cancellationToken);
            foreach (var one in page.Where(one => one.What.TurnId == turn))
            {
                AgentEventText.WriteSent(output, one);
            }

            await output.FlushAsync(cancellationToken);
            if (page.Count < AgentEventStore.PageSize)
            {
                return;
            }

            last = page[^1].Seq;
        }
    }

    private async Task RunAsync(
        PipeWriter output, AgentId agent, long after, Func<AgentEvent, bool> isLast, CancellationToken cancellationToken, TurnId? only = null)
    {
        using var following = feed.Follow(agent); // before the rows are read, so that nothing is missed between
        var last = await CatchUpAsync(after);
        while (last is { } number)
        {
            var more = following.Events.WaitToReadAsync(cancellationToken).AsTask();
            while (await Task.WhenAny(more, Task.Delay(s_heartbeat, clock, cancellationToken)) != more)
            {
                cancellationToken.ThrowIfCancellationRequested();
                output.Write(": \n\n"u8);
                await output.FlushAsync(cancellationToken);
            }

            await more;
            while (last is not null && following.Events.TryRead(out var one))
            {
                last = one.Seq <= number ? number
                    : one.Seq == number + 1 ? Send(one)
                    : await CatchUpAsync(number); // it was too far behind: the rows have what was left out
                number = last ?? number;
            }

            await output.FlushAsync(cancellationToken);
        }

        // Gives the number of the last event that was sent; null when that was the last one wanted.
        async Task<long?> CatchUpAsync(long from)
        {
            while (true)
            {
                var page = await store.AfterAsync(agent, from, AgentEventStore.PageSize, cancellationToken);
                foreach (var one in page)
                {
                    if (Send(one) is null)
                    {
                        await output.FlushAsync(cancellationToken);
                        return null;
                    }

                    from = one.Seq;
                }

                await output.FlushAsync(cancellationToken);
                if (page.Count < AgentEventStore.PageSize)
                {
                    return from;
                }
            }
        }

        long? Send(AgentEvent one)
        {
            if (only is null || one.What.TurnId == only)
            {
                AgentEventText.WriteSent(output, one);
            }

            return isLast(one) ? null : one.Seq;
        }
    }

    private static bool IsEndOf(AgentEvent one, TurnId turn)
    {
        if (one.What.Kind != EventKinds.TurnChanged || one.What.TurnId != turn)
        {
            return false;
        }

        using var payload = JsonDocument.Parse(one.What.Payload);
        return payload.RootElement.GetProperty("turn").GetProperty("state").GetString() is "done" or "failed" or "cancelled";
    }

    /// <summary>Server-sent events, written as they come.</summary>
    private sealed class SentEvents(Func<PipeWriter, CancellationToken, Task> send) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = "text/event-stream";
            httpContext.Response.Headers.CacheControl = "no-store";
            await httpContext.Response.StartAsync(httpContext.RequestAborted);
            try
            {
                await send(httpContext.Response.BodyWriter, httpContext.RequestAborted);
            }
            catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
            {
                // The reader is gone, which is how these end.
            }
        }
    }
}
