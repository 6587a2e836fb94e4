using System.Text.Json.Nodes;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Terminals;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Agents.Logins;

/// <summary>What became of a wish to log in or out.</summary>
internal abstract record LoginReply
{
    private LoginReply()
    {
    }

    internal sealed record Begun : LoginReply;

    internal sealed record NotOffered : LoginReply;

    /// <summary>These are to be set where the program is started.</summary>
    internal sealed record NeedsVariables(IReadOnlyList<string> Names) : LoginReply;

    /// <summary>There is no instance, or the agent is over.</summary>
    internal sealed record NoInstance : LoginReply;
}

/// <summary>The rules of logging in to an agent's program; pure.</summary>
/// <remarks>
/// A program that wants a login holds the turns of its agent: what it refused for want of one goes back into the queue, and a person is asked. What was held goes on by
/// itself when somebody has logged in.
/// </remarks>
internal static class LoginRules
{
    /// <summary>What a question for a login is kept under: there is one at a time.</summary>
    private const string QuestionId = "\"login\"";

    private const int MaxMethodsLength = 64 << 10;

    /// <summary>The program wants somebody to log in.</summary>
    /// <param name="change">Written into.</param>
    /// <param name="problem">What it said.</param>
    /// <param name="newRequest">Gives ids to questions.</param>
    public static void Need(AgentChange change, string problem, Func<RequestId> newRequest)
    {
        if (change.Agent.Instance is not { } instance)
        {
            return;
        }

        var methods = instance.Abilities?.LoginMethods is { } offered && offered.Json() is { Length: <= MaxMethodsLength } said ? said : instance.Login?.Methods;
        var login = new AgentLogin(LoginState.Needed) { Problem = problem, Methods = methods, Held = instance.Login?.Held ?? [] };
        change.Become(Settled(change, user: null) with { Instance = instance with { Login = login } });
        change.Become(change.Agent.With(new AgentRequest
        {
            Id = newRequest(),
            Epoch = 0, // it outlives the process
            ProgramRequestId = QuestionId,
            What = AgentRequest.Login,
            Payload = new JsonObject { ["message"] = problem, ["methods"] = methods is null ? new JsonArray() : JsonNode.Parse(methods) }.ToJsonString(),
            CreatedAt = change.Now,
        }));
        foreach (var workSession in change.Agent.WorkSessions.Where(one => !one.IsOver))
        {
            Hold(change, workSession.Id);
        }
    }

    /// <summary>A queue waits for the login; one that waits for a person anyway does so afterwards, too.</summary>
    public static void Hold(AgentChange change, WorkSessionId workSession)
    {
        if (change.Agent.Instance is { Login: { HoldsTurns: true } login } instance && change.Agent.ThreadOf(workSession) is { IsHeld: false })
        {
            TurnQueue.Hold(change, workSession);
            change.Become(change.Agent with { Instance = instance with { Login = login with { Held = login.Held.Add(workSession) } } });
        }
    }

    /// <summary>A turn that the program refused for want of a login waits in its queue, if nothing was done for it yet.</summary>
    public static bool TakeBack(AgentChange change, Turn turn)
    {
        if (turn.State != TurnState.Sent || turn.CancelRequestedAt is not null)
        {
            return false;
        }

        change.Become(change.Agent.With(turn.Again(turn.Position)));
        return true;
    }

    /// <summary>A person logs in.</summary>
    /// <param name="change">Written into.</param>
    /// <param name="methodId">How; null when they have done so elsewhere.</param>
    /// <param name="user">Who.</param>
    /// <param name="terminal">Id of the terminal in which it is done, if it is.</param>
    public static LoginReply Begin(AgentChange change, string? methodId, UserId user, WorkerId terminal)
    {
        if (change.Agent is not { IsOver: false, Instance: { } instance })
        {
            return new LoginReply.NoInstance();
        }

        if (methodId is null)
        {
            change.Become(Settled(change, user));
            Done(change);
            StartAnew(change);
            return new LoginReply.Begun();
        }

        var methods = instance.Abilities?.LoginMethods?.Json() ?? instance.Login?.Methods;
        var login = new AgentLogin(LoginState.Authenticating) { Methods = methods, MethodId = methodId, Held = instance.Login?.Held ?? [] };
        switch (LoginMethod.Find(methods, methodId))
        {
            case LoginMethod.ByProgram:
                change.Become(Settled(change, user) with { Instance = instance with { Login = login } });
                return new LoginReply.Begun();
            case LoginMethod.InTerminal:
                change.Become(Settled(change, user) with { Instance = instance with { Login = login with { State = LoginState.InTerminal, Terminal = terminal } } });
                return new LoginReply.Begun();
            case LoginMethod.ByVariables variables:
                return new LoginReply.NeedsVariables(variables.Names);
            default:
                return new LoginReply.NotOffered();
        }
    }

    /// <summary>A person wants the program to forget who is logged in.</summary>
    public static LoginReply LogOut(AgentChange change)
    {
        if (change.Agent is not { IsOver: false, Instance: { } instance })
        {
            return new LoginReply.NoInstance();
        }

        if (instance.Abilities is not { LogsOut: true })
        {
            return new LoginReply.NotOffered();
        }

        if (instance.Login is null)
        {
            change.Become(change.Agent with { Instance = instance with { Login = new AgentLogin(LoginState.LoggingOut) } });
        }

        return new LoginReply.Begun();
    }

    /// <summary>It is said to the program.</summary>
    public static void Said(AgentChange change, long sequence)
    {
        if (change.Agent.Instance is { Login: { } login } instance)
        {
            change.Become(change.Agent with { Instance = instance with { Login = login with { Sequence = sequence } } });
        }
    }

    /// <summary>The program has done it; says whether that was what the answer is for.</summary>
    public static bool Succeeded(AgentChange change, long sequence)
    {
        if (change.Agent.Instance is not { Login: { } login } || login.Sequence != sequence)
        {
            return false;
        }

        Done(change);
        return true;
    }

    /// <summary>The program would not; says whether that was what the answer is for.</summary>
    public static bool Failed(AgentChange change, long sequence, string problem, Func<RequestId> newRequest)
    {
        if (change.Agent.Instance is not { Login: { } login } || login.Sequence != sequence)
        {
            return false;
        }

        if (login.State == LoginState.LoggingOut)
        {
            Done(change);
        }
        else
        {
            Need(change, problem, newRequest);
        }

        return true;
    }

    /// <summary>The process is gone: what it was told and has not answered is told to the next.</summary>
    public static AgentLogin? AfterEnd(AgentLogin? login) =>
        login is { State: LoginState.LoggingOut } ? null : login is { Sequence: not null } ? login with { Sequence = null } : login;

    /// <summary>The command of a login in a terminal has ended.</summary>
    /// <param name="change">Written into.</param>
    /// <param name="terminal">Where it ran.</param>
    /// <param name="exitCode">0 when all is well; null when nobody knows.</param>
    /// <param name="problem">Why it could not be run; null when it could.</param>
    /// <param name="newRequest">Gives ids to questions.</param>
    public static void TerminalEnded(AgentChange change, WorkerId terminal, int? exitCode, string? problem, Func<RequestId> newRequest)
    {
        if (change.Agent.Instance is not { Login: { } login } instance || login.Terminal != terminal)
        {
            return; // another try took its place
        }

        change.Become(change.Agent with
        {
            Instance = instance with { Login = login with { Terminal = null } },
            Terminals = change.Agent.Terminals.Add(TabOf(terminal, change.Now) with { IsEnded = true }),
        });
        if (exitCode == 0)
        {
            Done(change);
            StartAnew(change);
        }
        else
        {
            Need(change, problem ?? (exitCode is { } code ? $"The login ended with exit code {code}." : "The login was ended."), newRequest);
        }
    }

    /// <summary>The agent needs its program no more: nobody is asked to log in to it.</summary>
    public static void Drop(AgentChange change)
    {
        if (change.Agent.Instance is { Login: not null } instance)
        {
            change.Become(Settled(change, user: null) with { Instance = instance with { Login = null } });
        }
    }

    /// <summary>The agent without an open question for a login, and without a terminal in which somebody had begun to.</summary>
    private static Agent Settled(AgentChange change, UserId? user)
    {
        var agent = change.Agent with
        {
            Requests = change.Agent.Requests.ConvertAll(request => request is { What: AgentRequest.Login, State: RequestState.Open }
                ? request with
                {
                    State = user is null ? RequestState.Withdrawn : RequestState.Answered,
                    Answer = RequestAnswer.Action(user is null ? "cancel" : "accept"),
                    AnsweredBy = user,
                    AnsweredAt = change.Now,
                    IsAnswerSent = true, // it is nobody's but ours
                }
                : request),
        };
        return agent.Instance?.Login?.Terminal is { } terminal ? agent with { Terminals = agent.Terminals.Add(TabOf(terminal, change.Now)) } : agent;
    }

    private static AgentTerminal TabOf(WorkerId terminal, DateTimeOffset now) => new() { Id = terminal, Epoch = 0, CreatedAt = now, ReleasedAt = now };

    /// <summary>Nobody has to log in any more, as far as is known: what waited for it goes on.</summary>
    private static void Done(AgentChange change)
    {
        if (change.Agent.Instance is { Login: { } login } instance)
        {
            change.Become(change.Agent with { Instance = instance with { Login = null } });
            foreach (var workSession in login.Held)
            {
                TurnQueue.GoOn(change, workSession);
            }
        }
    }

    /// <summary>A program reads who is logged in when it starts; one that works on something is left alone.</summary>
    private static void StartAnew(AgentChange change)
    {
        if (change.Agent.Instance is { HasProcess: true } instance && !change.Agent.Turns.Exists(turn => turn.IsInFlight))
        {
            change.Become(change.Agent with { Instance = instance with { IsUnwanted = true } });
        }
    }
}
