using System.Buffers;
using System.IO.Pipelines;
using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Infrastructure.Database;

namespace Atelier.Server.Agents.Events;

/// <summary>Sends an agent's events to whoever follows it: what there is from the rows, then what comes, without a gap between.</summary>
internal sealed class AgentEventStreams(
    AgentEventStore store, AgentFeed feed, AgentRows rows, AccessChanges changes, AgentAccess access, TimeProvider clock)
{
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(15);

    public Task<long> LastAsync(AgentId agent, CancellationToken cancellationToken) => store.LastAsync(agent, cancellationToken);

    /// <summary>Sends everything after a number until the reader goes, or the agent does.</summary>
    public IResult Follow(AgentId agent, long after) => new SentEvents(this, agent, (output, cancellationToken) => RunAsync(output, agent, after, wait: null, cancellationToken));

    /// <summary>Sends what belongs to one turn until nothing more is to come of it; one that is over already is told as it ended.</summary>
    public IResult UntilOver(AgentId agent, TurnId id, long after) => new SentEvents(this, agent, async (output, cancellationToken) =>
    {
        if (await rows.TurnAsync(agent, id, cancellationToken) is { } turn)
        {
            await RunAsync(output, agent, turn.IsOver ? 0 : after, new TurnWait(turn), cancellationToken);
        }
    });

    private async Task RunAsync(PipeWriter output, AgentId agent, long after, TurnWait? wait, CancellationToken cancellationToken)
    {
        using var following = feed.Follow(agent); // before the rows are read, so that nothing is missed between
        var last = await CatchUpAsync(after);
        using var heartbeat = new PeriodicTimer(s_heartbeat, clock);
        var beat = heartbeat.WaitForNextTickAsync(cancellationToken).AsTask();
        while (last is { } number)
        {
            var more = following.Events.WaitToReadAsync(cancellationToken).AsTask();
            while (await Task.WhenAny(more, beat) != more)
            {
                await beat;
                beat = heartbeat.WaitForNextTickAsync(cancellationToken).AsTask();
                output.Write(": \n\n"u8);
                await output.FlushAsync(cancellationToken);
            }

            if (!await more)
            {
                return; // the agent is gone
            }

            while (last is not null && following.Events.TryRead(out var one))
            {
                last = one is null || one.Seq > number + 1 ? await CatchUpAsync(number) // the rows have what was left out
                    : one.Seq == number + 1 ? Send(one)
                    : number;
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
            var isLast = wait?.IsLast(one) == true;
            if (isLast || wait?.Concerns(one) != false)
            {
                AgentEventText.WriteSent(output, one);
            }

            return isLast ? null : one.Seq;
        }
    }

    /// <summary>Lets a reader go who may not see the agent any more.</summary>
    private IDisposable Watch(HttpContext context, AgentId agent, CurrentUser user) => changes.Watch(user, async now =>
    {
        if (now is null || await access.RoleOfAsync(now, agent.Value, CancellationToken.None) is null)
        {
            context.Abort();
        }
    });

    /// <summary>Server-sent events, written as they come.</summary>
    private sealed class SentEvents(AgentEventStreams streams, AgentId agent, Func<PipeWriter, CancellationToken, Task> send) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            using var watching = CurrentUser.Of(httpContext) is { } user ? streams.Watch(httpContext, agent, user) : null;
            httpContext.Response.ContentType = "text/event-stream";
            httpContext.Response.Headers.CacheControl = "no-store";
            httpContext.Response.Headers["X-Accel-Buffering"] = "no"; // else proxies of one kind hold events back
            await httpContext.Response.StartAsync(httpContext.RequestAborted);
            try
            {
                await send(httpContext.Response.BodyWriter, httpContext.RequestAborted);
            }
            catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
            {
                // The reader is gone, which is how these end.
            }
            catch (Exception away) when (DatabaseAway.Is(away))
            {
                httpContext.Abort(); // the reader comes back with the last number it had
            }
        }
    }
}
