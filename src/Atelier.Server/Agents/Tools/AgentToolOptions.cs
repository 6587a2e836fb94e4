using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.Tools;

/// <summary>The tools by which programs reach their agent's other work, its terminals and people.</summary>
internal sealed class AgentToolOptions
{
    public const string Section = "AgentTools";

    /// <summary>Whether the programs of agents are told of them; they are served to whoever asks in any case.</summary>
    public bool HandOver { get; init; } = true;

    /// <summary>Longest time that a call waits for a turn or a person.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "06:00:00")]
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time that a question waits for a person when its caller does not say; programs give up a call after a minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "06:00:00")]
    public TimeSpan UsualWait { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Most that is read of a terminal at once, in bytes.</summary>
    [Range(1, 1 << 20)]
    public int MaxTerminalBytes { get; init; } = 64 << 10;

    /// <summary>Most that is read of a conversation at once, in characters.</summary>
    [Range(1, 1 << 20)]
    public int MaxThreadLength { get; init; } = 60_000;

    /// <summary>Questions of one agent that may be open at the same time.</summary>
    [Range(1, 1_000)]
    public int MaxOpenQuestions { get; init; } = 16;

    /// <summary>Longest question, in characters.</summary>
    [Range(1, 100_000)]
    public int MaxQuestionLength { get; init; } = 4_000;
}

[OptionsValidator]
internal sealed partial class AgentToolOptionsValidator : IValidateOptions<AgentToolOptions>;
