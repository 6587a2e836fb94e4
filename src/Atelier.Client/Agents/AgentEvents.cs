using System.Net;
using System.Runtime.CompilerServices;
using Atelier.Client.Api;

namespace Atelier.Client.Agents;

/// <summary>An agent's events as they come; a stream that breaks is taken up again behind the last one that was seen.</summary>
public static class AgentEvents
{
    private static readonly TimeSpan s_tryAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>Follows an agent without a gap and without repeats.</summary>
    /// <param name="api">The server.</param>
    /// <param name="agent">Id of the agent.</param>
    /// <param name="after">Number of the event after which it begins; 0 for the first.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onBreak">Told when the stream broke and is tried again.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ProblemException">The server refuses; there may be no such agent.</exception>
    public static async IAsyncEnumerable<AgentEvent> FollowAsync(
        ApiClient api, string agent, long after, TimeProvider time, Action onBreak, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var events = api.EventsAsync($"/api/agents/{Uri.EscapeDataString(agent)}/events/stream?after={after}", cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(events) is { } data)
            {
                var one = ApiClient.Read(data, ApiJson.Default.AgentEvent);
                if (one.Seq > after)
                {
                    after = one.Seq;
                    yield return one;
                }
            }

            onBreak();
            await Task.Delay(s_tryAgain, time, cancellationToken);
        }
    }

    private static async Task<string?> NextAsync(IAsyncEnumerator<News.NewsEvent> events)
    {
        try
        {
            return await events.MoveNextAsync() ? events.Current.Data : null;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or ProblemException { Status: HttpStatusCode.ServiceUnavailable })
        {
            return null;
        }
    }
}
