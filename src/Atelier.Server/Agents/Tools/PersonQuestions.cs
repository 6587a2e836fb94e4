using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.Database;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Server.Agents.Tools;

/// <summary>A question to a person, as it stands.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Whether it is open, and how it ended.</param>
/// <param name="Answer">What was answered, as JSON; null when nothing was.</param>
internal sealed record PersonQuestion(RequestId Id, RequestState State, string? Answer);

/// <summary>Questions that programs ask people by a tool: rows like those of the protocol, in the same inbox, that belong to no process.</summary>
internal sealed class PersonQuestions(NpgsqlDataSource database, AgentFeed feed, IOptions<AgentToolOptions> options, TimeProvider clock)
{
    /// <summary>No process has it: what is asked by a tool outlives the process that asked.</summary>
    private const int NoProcess = 0;

    /// <summary>Asks, unless that was asked under the key already; gives the question as it is.</summary>
    public async Task<PersonQuestion> AskAsync(
        AgentOwner owner, WorkSessionId? workSession, string? key, string question, IReadOnlyList<string> choices, CancellationToken cancellationToken)
    {
        var turn = workSession is { } id ? owner.Current.InFlight(id) : null;
        var name = JsonSerializer.Serialize($"ask/{key ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{turn?.RequestId}\n{question}")))}");
        if (await FindAsync(owner.Current.Id, name, cancellationToken) is { State: RequestState.Open or RequestState.Answered } known)
        {
            return known;
        }

        var request = new AgentRequest
        {
            Id = RequestId.New(clock),
            Epoch = NoProcess,
            ProgramRequestId = name,
            WorkSessionId = workSession,
            TurnId = turn?.Id,
            What = AgentRequest.Question,
            Payload = Form(question, choices),
            IsAnswerSent = true, // it goes to whoever asks for it, and not into a process
            CreatedAt = clock.GetUtcNow(),
        };
        var asked = await owner.ChangeAsync(
            change =>
            {
                var open = change.Agent.Requests.FindAll(one => one is { Epoch: NoProcess, State: RequestState.Open, What: AgentRequest.Question });
                if (open.Find(one => one.ProgramRequestId == name) is { } same)
                {
                    return same;
                }

                if (change.Agent.Instance is null || open.Count >= options.Value.MaxOpenQuestions)
                {
                    return null;
                }

                change.Become(change.Agent.With(request));
                return request;
            },
            otherwise: null,
            cancellationToken);
        return asked is null
            ? throw new ToolRefusedException($"An agent has at most {options.Value.MaxOpenQuestions} questions open, and a program that asks.")
            : new PersonQuestion(asked.Id, asked.State, Answer: null);
    }

    /// <summary>Waits until a question is not open any more, or for so long.</summary>
    public async Task<PersonQuestion> WaitAsync(AgentId agent, PersonQuestion question, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var following = feed.Follow(agent);
        using var limit = new CancellationTokenSource(wait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            while (question.State == RequestState.Open && wait > TimeSpan.Zero)
            {
                question = await FindAsync(question.Id, either.Token) ?? question with { State = RequestState.Withdrawn };
                if (question.State != RequestState.Open)
                {
                    return question;
                }

                while (await following.Events.ReadAsync(either.Token) is { What.Kind: not EventKinds.RequestChanged })
                {
                    // Only that tells of an answer; a null says that the rows are to be looked at.
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody has answered yet.
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            return question with { State = RequestState.Withdrawn }; // the agent is gone
        }

        return question;
    }

    private static string Form(string question, IReadOnlyList<string> choices)
    {
        var answer = new JsonObject { ["type"] = "string", ["title"] = "Answer" };
        if (choices.Count > 0)
        {
            answer["enum"] = new JsonArray([.. choices.Select(choice => (JsonNode?)choice)]);
        }

        return new JsonObject
        {
            ["mode"] = "form",
            ["message"] = question,
            ["requestedSchema"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["answer"] = answer }, ["required"] = new JsonArray("answer") },
        }.ToJsonString();
    }

    private Task<PersonQuestion?> FindAsync(AgentId agent, string name, CancellationToken cancellationToken) =>
        database.CommandFor(
            "select id, state, answer from agent_requests where agent_id = $1 and epoch = $2 and program_request_id = $3 order by created_at desc, id desc limit 1",
            agent,
            NoProcess,
            name).OneAsync(Read, cancellationToken);

    private Task<PersonQuestion?> FindAsync(RequestId id, CancellationToken cancellationToken) =>
        database.CommandFor("select id, state, answer from agent_requests where id = $1", id).OneAsync(Read, cancellationToken);

    private static PersonQuestion Read(NpgsqlDataReader row) => new(new RequestId(row.GetString(0)), AgentWords.Of<RequestState>(row.GetString(1)), row.TextOrNull(2));
}
