using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents.Budgets;

/// <summary>How much an agent may use before a person is asked.</summary>
/// <param name="Tokens">Tokens; null for any number.</param>
/// <param name="Minutes">Minutes of working time; null for any number.</param>
/// <param name="Cost">Cost, in whatever currency its program reports; null for any.</param>
internal sealed record AgentBudget(long? Tokens = null, int? Minutes = null, decimal? Cost = null)
{
    /// <summary>What was used when as much was last granted again; nothing at first.</summary>
    public BudgetStart From { get; init; } = new(Tokens: 0, Milliseconds: 0, Cost: 0);

    /// <summary>When it was reached; null while it is not.</summary>
    public DateTimeOffset? ReachedAt { get; init; }

    /// <summary>What of it was reached; null while nothing is.</summary>
    public BudgetPart? Reached { get; init; }

    /// <summary>How often it was reached.</summary>
    public int TimesReached { get; init; }

    /// <summary>Whether a person has said that it is not to go on; until they ask it something again.</summary>
    public bool IsStopped { get; init; }

    /// <summary>Turns that were interrupted for it, to go on with when there is more.</summary>
    public ImmutableList<TurnId> Interrupted { get; init; } = [];

    /// <summary>Whether nothing new is begun.</summary>
    [JsonIgnore]
    public bool Holds => ReachedAt is not null;

    /// <summary>What was reached, in words.</summary>
    public string Said() => Reached switch
    {
        BudgetPart.Tokens => string.Create(CultureInfo.InvariantCulture, $"{Tokens:N0} tokens are used up."),
        BudgetPart.Minutes => string.Create(CultureInfo.InvariantCulture, $"{Minutes:N0} minutes of work are used up."),
        BudgetPart.Cost => string.Create(CultureInfo.InvariantCulture, $"A cost of {Cost:0.##} is reached."),
        _ => "",
    };
}

/// <summary>From where a budget counts.</summary>
internal sealed record BudgetStart(long Tokens, long Milliseconds, decimal Cost);

[JsonConverter(typeof(JsonStringEnumConverter<BudgetPart>))]
internal enum BudgetPart
{
    [JsonStringEnumMemberName("tokens")]
    Tokens,

    [JsonStringEnumMemberName("minutes")]
    Minutes,

    [JsonStringEnumMemberName("cost")]
    Cost,
}

/// <summary>What an agent has used, as far as its program reports it.</summary>
internal sealed record AgentSpending
{
    public static AgentSpending None { get; } = new();

    public long Tokens { get; init; }

    /// <summary>Working time up to <see cref="WorkingSince"/>, in milliseconds.</summary>
    public long WorkedMilliseconds { get; init; }

    /// <summary>Since when it works on something and waits for nobody; null while it does not.</summary>
    public DateTimeOffset? WorkingSince { get; init; }

    public decimal Cost { get; init; }

    /// <summary>As its program writes it; null where it reports none.</summary>
    public string? Currency { get; init; }

    /// <summary>What the program of each work session said last, by its id: what it says next is compared with that.</summary>
    public ImmutableSortedDictionary<string, LastUsage> Threads { get; init; } = ImmutableSortedDictionary.Create<string, LastUsage>(StringComparer.Ordinal);

    public long WorkedUntil(DateTimeOffset now) => WorkedMilliseconds + (WorkingSince is { } since && now > since ? (long)(now - since).TotalMilliseconds : 0);
}

/// <summary>What a program has reported of a conversation.</summary>
/// <param name="Used">Tokens in its context.</param>
/// <param name="InTurn">Tokens that were counted in the turn that goes on.</param>
/// <param name="Cost">Its cost so far.</param>
internal sealed record LastUsage(long Used, long InTurn, decimal Cost);
