using System.Text.Json;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Events;
using Atelier.Server.Infrastructure.Web;

namespace Atelier.Server.Reviews;

/// <summary>What of an agent's review is different.</summary>
internal enum ReviewPart
{
    Checkpoints,
    Comments,
    Forecast,
    Landings,
}

/// <summary>Tells whoever follows an agent that something of its review is different; they ask what.</summary>
internal sealed record ReviewChanged(ReviewPart Part)
{
    public static Task<bool> TellAsync(AgentOwner owner, ReviewPart part, CancellationToken cancellationToken) =>
        owner.ChangeAsync(
            change =>
            {
                change.Tell(EventKinds.ReviewChanged, workSession: null, turn: null, JsonSerializer.Serialize(new ReviewChanged(part), WebJson.Options));
                return true;
            },
            otherwise: false,
            cancellationToken);
}
