using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents;

/// <summary>Times and limits of agents.</summary>
internal sealed class AgentsOptions
{
    public const string Section = "Agents";

    /// <summary>A turn that nobody has been able to answer for this long fails, and can be tried again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A program that has had nothing to do for this long is ended; the next message starts it again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The tab and the output of a terminal that a program has let go of stay this long.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan KeepTerminalsFor { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>So many of them stay at most, the last ones.</summary>
    [Range(0, 32)]
    public int MaxKeptTerminals { get; init; } = 16;

    /// <summary>Whoever asks which conversations a program knows waits this long for its answer.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ListConversationsWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A program that is to forget conversations of a deleted agent has this long for it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ForgetConversationsWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Turns that may wait for one work session.</summary>
    [Range(1, 10_000)]
    public int MaxQueuedTurns { get; init; } = 100;

    /// <summary>Longest text of a prompt, in characters.</summary>
    [Range(1, 10_000_000)]
    public int MaxPromptLength { get; init; } = 200_000;

    /// <summary>Images of one prompt, all together, in bytes of base64.</summary>
    [Range(0, 16 << 20)]
    public int MaxImageBytes { get; init; } = 8 << 20;

    /// <summary>What was said before, brought along when a conversation begins anew, in characters; the newest is kept.</summary>
    [Range(0, 1_000_000)]
    public int MaxHistoryLength { get; init; } = 60_000;

    /// <summary>A permission that nobody answers for this long is refused; never when it is not set.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan? PermissionsExpireAfter { get; init; }

    /// <summary>A question that nobody answers for this long is taken back; never when it is not set.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan? QuestionsExpireAfter { get; init; }

    /// <summary>Tokens that an agent may use before a person is asked, where its maker says nothing of a budget; any number when it is not set.</summary>
    [Range(1, 1_000_000_000_000)]
    public long? BudgetTokens { get; init; }

    /// <summary>Minutes of working time, in the same way.</summary>
    [Range(1, 525_600)]
    public int? BudgetMinutes { get; init; }

    /// <summary>Cost in the currency that its program reports, in the same way.</summary>
    [Range(0.000_001, 1_000_000)]
    public decimal? BudgetCost { get; init; }

    /// <summary>Events that a follower may be behind before they are read from the rows instead of kept for it.</summary>
    [Range(1, 100_000)]
    public int MostEventsBehind { get; init; } = 1_000;

    /// <summary>A search in conversations that takes longer is given up, and says so.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan LongestSearch { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>An agent that has nothing to do and that nobody has asked anything for this long is not kept in memory.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan ForgetAfter { get; init; } = TimeSpan.FromMinutes(10);
}

[OptionsValidator]
internal sealed partial class AgentsOptionsValidator : IValidateOptions<AgentsOptions>;
