using Atelier.Server.Accounts;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Reviews;

/// <summary>Asks agents something under a name, once however often.</summary>
internal sealed class Prompting(AgentCreation creation, AgentRows rows)
{
    /// <summary>Why an agent cannot be asked this; null when it can.</summary>
    public string? Wrong(string text) => creation.Wrong(text, images: null);

    /// <summary>The turn that was asked under a name; null when none was.</summary>
    public Task<Turn?> FindAsync(AgentId agent, string key, CancellationToken cancellationToken) => rows.TurnAsync(agent, key, cancellationToken);

    /// <summary>Asks in a line of work; the turn, or the one that was asked under this name before. Null when the agent takes none.</summary>
    public async Task<Turn?> AskAsync(AgentOwner owner, string? workSessionId, string text, string key, CurrentUser user, CancellationToken cancellationToken)
    {
        var agent = owner.Current;
        if (await FindAsync(agent.Id, key, cancellationToken) is { } asked)
        {
            return asked;
        }

        var workSession = workSessionId is null ? agent.WorkSessions.Find(one => !one.IsOver)?.Id : agent.WorkSessions.Find(one => one.Id.Value == workSessionId && !one.IsOver)?.Id;
        if (workSession is not { } id)
        {
            return null;
        }

        try
        {
            return (await owner.AskAsync(position => creation.NewTurn(id, position, text, images: null, user, key), interrupts: false, cancellationToken)).Turn;
        }
        catch (Npgsql.PostgresException twice) when (twice is { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation })
        {
            return await FindAsync(agent.Id, key, cancellationToken); // the same was asked at the same time
        }
    }
}
