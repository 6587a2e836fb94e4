using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>Limits of the built-in agent.</summary>
internal sealed class BuiltInOptions
{
    public const string Section = "BuiltIn";

    /// <summary>Answers of the model in one turn; then it ends, and a person says whether it goes on.</summary>
    [Range(1, 10_000)]
    public int MaxAnswersPerTurn { get; init; } = 200;

    /// <summary>Tokens of one turn, prompts and answers together; then it ends, and a person says whether it goes on.</summary>
    [Range(1, long.MaxValue)]
    public long MaxTokensPerTurn { get; init; } = 10_000_000;

    /// <summary>How long a command runs when the model does not say how long it may.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RunFor { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long it may say.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RunAtMost { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Text that is streamed within this time is one event.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan GatherFor { get; init; } = TimeSpan.FromMilliseconds(50);
}

[OptionsValidator]
internal sealed partial class BuiltInOptionsValidator : IValidateOptions<BuiltInOptions>;
