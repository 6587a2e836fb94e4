using System.Security.Cryptography;
using System.Text;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Npgsql;

namespace Atelier.Server.Agents.Tools;

/// <summary>Lines of work that programs open beside their own, and what they ask there. A call that is made again is recognised by its id.</summary>
internal sealed class ThreadMessages(AgentCreation creation, AgentRows rows, AgentHistory history, AgentFeed feed, TimeProvider clock)
{
    /// <summary>Opens a line of work; the same call gives the same one.</summary>
    public async Task<WorkSessionId> OpenAsync(AgentOwner owner, string name, ToolCall call, CancellationToken cancellationToken)
    {
        if (name.Any(char.IsControl))
        {
            throw new ToolRefusedException("A name has no control characters.");
        }

        var id = call.CallId is { } made
            ? new WorkSessionId($"wks_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{owner.Current.Id}\n{call.User.Token.Id}\n{made}")))[..32]}")
            : WorkSessionId.New(clock);
        var reply = await owner.ChangeAsync(
            change => change.Agent.Find(id) is not null ? WorkSessionReply.Already : creation.AddWorkSession(change, id, name, AgentType.ZedAgent),
            WorkSessionReply.NotFound,
            cancellationToken);
        return reply is WorkSessionReply.Changed or WorkSessionReply.Already ? id : throw new ToolRefusedException(AgentProblems.Of(reply).ProblemDetails.Title ?? $"{reply}");
    }

    /// <summary>Asks something in a line of work; the same call is the same turn.</summary>
    public async Task<Turn> SendAsync(AgentOwner owner, WorkSessionId workSession, string text, ToolCall call, CancellationToken cancellationToken)
    {
        if (creation.Wrong(text, images: null) is { } wrong)
        {
            throw new ToolRefusedException(wrong);
        }

        var key = call.CallId is { } made ? $"mcp/{call.User.Token.Id}/{made}" : null;
        if (key is not null && await rows.TurnAsync(owner.Current.Id, key, cancellationToken) is { } known)
        {
            return known;
        }

        try
        {
            var asked = await owner.AskAsync(position => creation.NewTurn(workSession, position, text, images: null, call.User, key), interrupts: false, cancellationToken);
            return asked.Turn ?? throw new ToolRefusedException(AgentProblems.Of(asked.Reply).ProblemDetails.Title ?? $"{asked.Reply}");
        }
        catch (PostgresException twice) when (twice.SqlState == PostgresErrorCodes.UniqueViolation && key is not null)
        {
            return await rows.TurnAsync(owner.Current.Id, key, cancellationToken) ?? throw new ToolRefusedException("The agent is gone.");
        }
    }

    /// <summary>Waits until a turn is over, or for so long; gives it as it is then, and what was answered so far.</summary>
    public async Task<(Turn Turn, string? Answer)> WaitAsync(AgentOwner owner, Turn turn, TimeSpan wait, CancellationToken cancellationToken)
    {
        var agent = owner.Current.Id;
        if (wait > TimeSpan.Zero)
        {
            await UntilOverAsync(agent, turn, wait, cancellationToken);
        }

        var now = await rows.TurnAsync(agent, turn.Id, cancellationToken) ?? turn;
        var answer = now.IsOver
            ? (await history.MessagesAsync(agent, cancellationToken)).FirstOrDefault(one => one.TurnId == turn.Id && one.Role == "assistant")?.Text
            : null;
        return (now, answer);
    }

    private async Task UntilOverAsync(AgentId agent, Turn turn, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var following = feed.Follow(agent);
        using var limit = new CancellationTokenSource(wait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var waiting = new TurnWait(turn);
        try
        {
            while (await rows.TurnAsync(agent, turn.Id, either.Token) is { IsOver: false })
            {
                // A null says that the rows are to be looked at.
                while (await following.Events.ReadAsync(either.Token) is { } one && !waiting.IsLast(one))
                {
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It goes on; its caller asks again.
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            // The agent is gone.
        }
    }
}
