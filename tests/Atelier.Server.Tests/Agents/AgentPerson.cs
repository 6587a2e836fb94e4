using System.Text.Json;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Npgsql;

namespace Atelier.Server.Tests.Agents;

/// <summary>
/// A person who wants a day's work done, whatever dies meanwhile: who asks again under the same name when no answer came, answers questions, cancels what hangs, tries
/// again what failed, and completes the agent in the end.
/// </summary>
internal sealed class AgentPerson(AgentBench bench)
{
    private static readonly (string Key, string Prompt, bool Interrupts)[] s_asks =
    [
        ("second", "say hang", false),
        ("third", "say create crash-once write kill say end", false),
        ("fourth", "error-once tool late", false),
    ];

    private Exception? _last;

    public static string First => "say tool ask read write create wait output release say title end";

    /// <summary>Works until everything is done.</summary>
    public async Task WorkAsync()
    {
        using var limit = new CancellationTokenSource(TestKit.Patience.Limit);
        while (true)
        {
            var server = await bench.ServerAsync();
            try
            {
                if (await LookAsync(server))
                {
                    return;
                }
            }
            catch (Exception away) when (Note(away) is NpgsqlException or ObjectDisposedException or AgentChangedElsewhereException or TimeoutException)
            {
                // Nobody answered: it is asked again.
            }

            if (limit.IsCancellationRequested)
            {
                var rows = await bench.RowsAsync();
                var machine = bench.Instances.Of(rows.Agent);
                throw new TimeoutException(
                    $"The work is not done. Said up to {machine.End}, last told {machine.Program.Told.LastOrDefault()}, running {machine.IsRunning}, unsaid {rows.Unsaid.Count}, last problem {_last?.Message}; {server.Link}; {JsonSerializer.Serialize(rows.Agent)}");
            }

            await Task.WhenAny(server.Died, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None));
        }
    }

    /// <summary>Does what is to be done next; says whether nothing is.</summary>
    private async Task<bool> LookAsync(AgentBench.Life server)
    {
        if (await server.Owners.FindAsync(AgentBench.AgentId).WaitAsync(TestKit.Patience.Limit) is not { } owner)
        {
            await server.Owners.AddAsync(bench.NewAgent(First), CancellationToken.None);
            return false;
        }

        var agent = owner.Current;
        if (agent.Status == AgentStatus.Completed)
        {
            return agent is { Instance.HasProcess: false, Terminals.IsEmpty: true } && owner.Unsaid.Count == 0;
        }

        await owner.ChangeAsync(
            change =>
            {
                ThreadSettingRules.Want(change, AgentBench.Main, ThreadSettings.ModeKey, new SettingValue("code", IsOn: null));
                return true;
            },
            otherwise: false,
            CancellationToken.None);
        foreach (var (key, prompt, interrupts) in s_asks)
        {
            if (await server.Rows.TurnAsync(agent.Id, key, CancellationToken.None) is null)
            {
                await owner.AskAsync(bench.NewTurn(key, prompt), interrupts, CancellationToken.None);
            }
        }

        foreach (var request in owner.Current.Requests.Where(request => request is { State: RequestState.Open, IsForPerson: true }))
        {
            await AnswerAsync(server, request.Id);
        }

        foreach (var turn in await server.Rows.TurnsAsync(agent.Id, CancellationToken.None))
        {
            if (turn is { State: TurnState.Failed } or { State: TurnState.Cancelled, IdempotencyKey: not "second" })
            {
                await owner.ChangeTurnAsync(turn.Id, (change, last) => TurnQueue.Retry(change, turn.Id, last), CancellationToken.None);
            }
            else if (turn is { IdempotencyKey: "second", State: TurnState.Running })
            {
                await owner.ChangeTurnAsync(turn.Id, (change, _) => TurnQueue.Cancel(change, turn.Id), CancellationToken.None);
            }
        }

        var turns = await server.Rows.TurnsAsync(agent.Id, CancellationToken.None);
        if (turns.Count == s_asks.Length + 1 && turns.All(turn => turn.State is TurnState.Done or TurnState.Cancelled) && IsAllHeard(owner.Current))
        {
            await owner.ChangeAsync(
                change =>
                {
                    WorkSessionRules.EndAll(change, AgentStatus.Completed);
                    return true;
                },
                otherwise: false,
                CancellationToken.None);
        }

        return false;
    }

    /// <summary>Says yes.</summary>
    public static async Task<bool> AnswerAsync(AgentBench.Life server, RequestId id) =>
        await (await server.AgentAsync()).ChangeAsync(change => Answer(change, id), otherwise: false, CancellationToken.None);

    /// <summary>A completed agent does not listen any longer, so whoever compares all that was said waits for it.</summary>
    private bool IsAllHeard(Agent agent) => bench.Instances.Of(agent).End == agent.Instance?.LogOffset;

    private Exception Note(Exception problem) => _last = problem;

    private static bool Answer(AgentChange change, RequestId id)
    {
        if (change.Agent.Requests.Find(one => one.Id == id) is not { State: RequestState.Open } request)
        {
            return false;
        }

        change.Become(change.Agent.With(request with { State = RequestState.Answered, Answer = RequestAnswer.Chosen(request.Payload, "yes", kind: null), AnsweredAt = change.Now }));
        return true;
    }
}
