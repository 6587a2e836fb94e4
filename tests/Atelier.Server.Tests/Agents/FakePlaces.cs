using Atelier.Server.Agents;
using Atelier.Server.Hosts;

namespace Atelier.Server.Tests.Agents;

/// <summary>Places that are made by saying so.</summary>
internal sealed class FakePlaces(FakeSteps steps) : IAgentPlaces
{
    /// <summary>Why none can be made; null when one can.</summary>
    public string? Problem { get; set; }

    public async Task<string> MakeAsync(Agent agent, CancellationToken cancellationToken)
    {
        await steps.PassAsync("before place", cancellationToken);
        if (Problem is { } problem)
        {
            throw new HostRefusedException("refused", problem, "testbench");
        }

        await steps.PassAsync("after place", cancellationToken);
        return $"/work/{agent.Id}";
    }
}
