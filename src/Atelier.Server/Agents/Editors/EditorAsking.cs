using System.Text.Json;
using Atelier.Server.Accounts;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Server.Agents.Editors;

/// <summary>What an editor has agents do: turns, their end, modes and options.</summary>
internal sealed class EditorAsking(
    EditorSessionStore store, AgentOwners agents, AgentCreation creation, AgentRows rows, AuditLog audit, IOptions<EditorOptions> options)
{
    /// <summary>Reads a prompt, and refuses what the program of the conversation cannot take.</summary>
    public EditorPrompt Read(JsonElement blocks, Agent? agent)
    {
        var abilities = agent?.Instance?.Abilities;
        if (EditorPrompt.Read(blocks, options.Value.MaxPromptBlocks, abilities?.TakesResources == true, out var wrong) is not { } prompt)
        {
            throw EditorRefusals.Invalid(wrong ?? "That is no prompt.");
        }

        return prompt.HasImages && abilities is { TakesImages: false }
            ? throw EditorRefusals.Invalid("The program takes no images.")
            : creation.Wrong(prompt.Text, prompt.Images) is { } refused ? throw EditorRefusals.Invalid(refused) : prompt;
    }

    /// <summary>A turn as it is before it is asked; what is asked again under the same key is the turn that there is.</summary>
    public Turn NewTurn(WorkSessionId workSession, EditorPrompt prompt, string? key, CurrentUser user) =>
        creation.NewTurn(workSession, AgentOwner.TurnSpacing, prompt.Text, images: null, user, key) with { Content = prompt.Content };

    /// <summary>Asks; gives the turn, and the owner of its agent, which is made for it if there is none yet.</summary>
    public async Task<(Turn Turn, AgentOwner Owner)> AskAsync(FoundSession session, Turn turn, EditorPrompt prompt, CurrentUser user, CancellationToken cancellationToken)
    {
        if (session.Owner is { } owner)
        {
            return (await AskAsync(owner, turn, cancellationToken), owner);
        }

        var unasked = session.Unasked ?? throw EditorRefusals.SessionNotFound();
        try
        {
            switch (await creation.CreateAsync(
                new CreateAgentRequest(prompt.Text, unasked.RepositoryId, unasked.AgentProgramId, unasked.BaseBranch, unasked.Title),
                user,
                idempotencyKey: null,
                cancellationToken,
                new AgentBeginning(unasked.AgentId, turn)))
            {
                case CreateAgentReply.Created { Owner: var made }:
                    await store.RemoveAsync(unasked.Id, CancellationToken.None);
                    await audit.WriteAsync(
                        new AuditEntry(user.Actor, "agent-created", "agent", unasked.AgentId.Value, new { unasked.AgentProgramId, unasked.RepositoryId, made.Current.Place?.Branch }),
                        CancellationToken.None);
                    return (turn, made);
                case CreateAgentReply.Refused refused:
                    throw EditorRefusals.Of(refused.Problem);
            }
        }
        catch (PostgresException twice) when (twice.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // Another connection asked it something at the same moment.
        }

        var there = await agents.FindAsync(unasked.AgentId) ?? throw EditorRefusals.SessionNotFound();
        return (await AskAsync(there, turn, cancellationToken), there);
    }

    /// <summary>Ends what is being done in a conversation, and takes back what is queued of these turns.</summary>
    public static Task CancelAsync(AgentOwner owner, WorkSessionId workSession, IReadOnlyCollection<TurnId> queued, bool alsoInFlight, CancellationToken cancellationToken) =>
        owner.ChangeAsync(
            change =>
            {
                if (alsoInFlight && change.Agent.InFlight(workSession) is { } running)
                {
                    TurnQueue.Cancel(change, running.Id);
                }

                foreach (var id in queued.Where(id => change.Agent.Find(id) is { IsOver: false }))
                {
                    TurnQueue.Cancel(change, id);
                }

                return true;
            },
            otherwise: false,
            cancellationToken);

    /// <summary>Wants a mode or an option to be otherwise.</summary>
    public static async Task SetAsync(FoundSession session, string key, SettingValue value, CancellationToken cancellationToken)
    {
        var owner = session.Owner ?? throw EditorRefusals.NotAskedYet();
        var isOffered = await owner.ChangeAsync(
            change =>
            {
                if (change.Agent.ThreadOf(session.Id)?.Settings.Offers(key, value) == false)
                {
                    return false;
                }

                ThreadSettingRules.Want(change, session.Id, key, value);
                return true;
            },
            otherwise: false,
            cancellationToken);
        if (!isOffered)
        {
            throw EditorRefusals.NotOffered(ThreadSettings.OptionOf(key) ?? value.Text ?? key);
        }
    }

    private async Task<Turn> AskAsync(AgentOwner owner, Turn turn, CancellationToken cancellationToken)
    {
        var agent = owner.Current.Id;
        if (turn.IdempotencyKey is { } key && await rows.TurnAsync(agent, key, cancellationToken) is { } known)
        {
            return known;
        }

        try
        {
            var asked = await owner.AskAsync(position => turn with { Position = position }, interrupts: false, cancellationToken);
            return asked.Turn ?? throw EditorRefusals.Of(AgentProblems.Of(asked.Reply));
        }
        catch (PostgresException twice) when (twice.SqlState == PostgresErrorCodes.UniqueViolation && turn.IdempotencyKey is { } same)
        {
            return await rows.TurnAsync(agent, same, cancellationToken) ?? throw EditorRefusals.Of(AgentProblems.Of(TurnReply.NotFound));
        }
    }
}
