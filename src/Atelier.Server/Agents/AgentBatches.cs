using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Requests;

namespace Atelier.Server.Agents;

/// <summary>What a batch of notices does to an agent; pure.</summary>
internal static class AgentBatches
{
    /// <summary>Takes all of a batch. Everything before its end is stored then, and turns in flight have been heard of.</summary>
    /// <param name="change">Written into.</param>
    /// <param name="batch">What was said.</param>
    /// <param name="newRequest">Gives ids to questions.</param>
    public static bool Take(AgentChange change, AgentBatch batch, Func<RequestId> newRequest)
    {
        foreach (var notice in batch.Notices)
        {
            AgentNotices.Take(change, batch.Epoch, notice, newRequest);
        }

        if (change.Agent.Instance is not { } instance || (change.IsEmpty && instance.LogOffset == batch.ToOffset))
        {
            return false; // an end that was told before
        }

        var spoken = change.Events.Select(one => one.TurnId).ToHashSet();
        change.Become(change.Agent with
        {
            Instance = instance with { LogOffset = batch.ToOffset, LastActivityAt = change.Now },
            Turns = change.Agent.Turns.ConvertAll(turn => turn.IsInFlight && spoken.Contains(turn.Id) ? turn with { LastEventAt = change.Now } : turn),
        });
        return true;
    }

    /// <summary>What of a batch is not stored yet; null when it is not the next one.</summary>
    /// <remarks>An end covers no bytes: it may have joined a stretch whose bytes were stored when it was sent for the first time, without it.</remarks>
    public static AgentBatch? After(AgentBatch batch, long stored) => batch.FromOffset == stored ? batch
        : batch.ToOffset == stored && batch.Notices is [.., AgentNotice.Ended ended] ? batch with { FromOffset = stored, Notices = [ended] }
        : null;

    /// <summary>What stands for a notice that cannot be stored.</summary>
    public static AgentNotice InPlaceOf(AgentNotice notice) => notice switch
    {
        AgentNotice.Said said => new AgentNotice.Said(said.Thread, EventKinds.Noise, Text("Something that cannot be kept was said here.")),
        AgentNotice.Failed failed => failed with { Message = "The program answered with an error that cannot be kept.", Details = null },
        AgentNotice.TurnEnded ended => ended with { Reason = "unknown", Usage = null },
        AgentNotice.ThreadOpened opened => new AgentNotice.Failed(opened.Sequence, Code: 0, "The program opened a conversation in a way that cannot be kept.", Details: null),
        AgentNotice.ThreadsListed listed => new AgentNotice.Failed(listed.Sequence, Code: 0, "What the program says of its conversations cannot be kept.", Details: null),
        AgentNotice.Opened opened => new AgentNotice.Failed(opened.Sequence, Code: 0, "What the program says of itself cannot be kept.", Details: null),
        AgentNotice.Ended ended => ended with { LastWords = null },
        _ => new AgentNotice.Said(Thread: null, EventKinds.Noise, Text("Something that cannot be kept was asked here.")),
    };

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(new { text });
}
