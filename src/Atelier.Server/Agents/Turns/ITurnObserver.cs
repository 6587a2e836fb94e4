namespace Atelier.Server.Agents.Turns;

/// <summary>Hears of turns before they are sent and after they are over. The capability that keeps what they do to files registers one.</summary>
internal interface ITurnObserver
{
    /// <summary>A turn is about to be sent, and is sent when this is done; what goes wrong is the observer's own to keep.</summary>
    Task BeforePromptAsync(Agent agent, Turn turn, CancellationToken cancellationToken);

    /// <summary>A turn is over. Told at least once, also by the server that comes after one that was killed; returns at once.</summary>
    void AfterTurn(Agent agent, Turn turn);
}
