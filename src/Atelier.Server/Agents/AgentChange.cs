using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Permissions;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Agents.ZedSync;

namespace Atelier.Server.Agents;

/// <summary>A command that is to be stored and then said.</summary>
/// <param name="Epoch">The process it is for.</param>
/// <param name="Sequence">Its number in that epoch.</param>
/// <param name="Command">What to say.</param>
internal sealed record NumberedCommand(int Epoch, long Sequence, AgentCommand Command);

/// <summary>
/// A change of an agent in the making: what it is to be, what happened on the way, and what is to be said. Nothing of it is true until it is stored.
/// </summary>
/// <remarks>
/// Rules write into it and do nothing else. Every step that shows is told by an event with the thing as it is then, so that whoever follows the events knows the
/// agent as the rows have it.
/// </remarks>
internal sealed class AgentChange(Agent before, DateTimeOffset now)
{
    private readonly List<EventDraft> _events = [];
    private readonly List<NumberedCommand> _commands = [];
    private readonly List<SeenFile> _seen = [];
    private readonly List<ZedEntry> _entries = [];
    private readonly List<NumberedCommand> _sending = [];
    private readonly List<PermissionRule> _rules = [];
    private readonly List<PermissionRuleId> _used = [];

    public Agent Before { get; } = before;

    public Agent Agent { get; private set; } = before;

    public DateTimeOffset Now { get; } = now;

    public IReadOnlyList<EventDraft> Events => _events;

    public IReadOnlyList<NumberedCommand> Commands => _commands;

    /// <summary>What programs know of files from now on.</summary>
    public IReadOnlyList<SeenFile> Seen => _seen;

    /// <summary>How much of entries that are told again and again stands in the events from now on.</summary>
    public IReadOnlyList<ZedEntry> Entries => _entries;

    /// <summary>Commands that are not to be said again, whether the process gets them or not.</summary>
    public IReadOnlyList<NumberedCommand> Gone => _sending;

    /// <summary>Whose wish it is; null when it is nobody's.</summary>
    public UserId? By { get; set; }

    /// <summary>Permission rules that hold from now on.</summary>
    public IReadOnlyList<PermissionRule> Rules => _rules;

    /// <summary>Permission rules that have answered something.</summary>
    public IReadOnlyList<PermissionRuleId> Used => _used;

    public bool IsEmpty => ReferenceEquals(Before, Agent) && _events.Count == 0 && _commands.Count == 0 && _seen.Count == 0 && _entries.Count == 0 && _sending.Count == 0;

    /// <summary>The agent becomes this, and whoever follows it is told what is different.</summary>
    public void Become(Agent next)
    {
        _events.AddRange(ChangeEvents.Between(Agent, next));
        Agent = next;
    }

    /// <summary>Something happened that changes no row.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="workSession">What it belongs to; null for all.</param>
    /// <param name="turn">The turn it belongs to; null for none.</param>
    /// <param name="payload">What comes with it, as JSON.</param>
    public void Tell(string kind, WorkSessionId? workSession, TurnId? turn, string payload) =>
        _events.Add(new EventDraft(kind, workSession, turn, payload));

    /// <summary>A program knows a file from now on.</summary>
    public void Remember(SeenFile file) => _seen.Add(file);

    /// <summary>A command is on its way from now on, and is not said again.</summary>
    public void Sending(NumberedCommand command) => _sending.Add(command);

    /// <summary>So much of an entry stands in the events from now on.</summary>
    public void Remember(ZedEntry entry) => _entries.Add(entry);

    /// <summary>A permission rule holds from now on.</summary>
    public void Remember(PermissionRule rule) => _rules.Add(rule);

    /// <summary>A permission rule has answered something.</summary>
    public void Use(PermissionRuleId rule) => _used.Add(rule);

    /// <summary>Something is said to the process that runs; gives its number.</summary>
    public long Say(AgentCommand command)
    {
        var instance = Agent.Instance ?? throw new InvalidOperationException("An agent without an instance has nobody to speak with.");
        var sequence = instance.Sequence + 1;
        Agent = Agent with { Instance = instance with { Sequence = sequence, LastActivityAt = Now } };
        _commands.Add(new NumberedCommand(instance.Epoch, sequence, command));
        return sequence;
    }
}
