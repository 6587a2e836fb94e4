using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Reviews;

/// <summary>How much of agents' work is kept and shown, and how it is landed.</summary>
internal sealed class ReviewsOptions
{
    public const string Section = "Reviews";

    /// <summary>The files before and after each turn are kept, so that they can be brought back.</summary>
    public bool Checkpoints { get; init; } = true;

    /// <summary>A checkpoint that takes longer is given up, and the turn goes on without.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan CheckpointLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Checkpoints of one agent; the oldest go first.</summary>
    [Range(2, 100_000)]
    public int MaxCheckpoints { get; init; } = 400;

    /// <summary>Checkpoints of an agent that is over are kept this long.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan KeepCheckpointsFor { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Files that a diff lists.</summary>
    [Range(1, 10_000)]
    public int MaxFiles { get; init; } = 500;

    /// <summary>Characters of a file's changes in the diff of all files; of one with more, only the numbers are shown.</summary>
    [Range(1, 10_000_000)]
    public int MaxFileLength { get; init; } = 64 << 10;

    /// <summary>Characters of all changes in the diff of all files.</summary>
    [Range(1, 10_000_000)]
    public int MaxLength { get; init; } = 1 << 20;

    /// <summary>Changed lines of a file in the diff of all files; of one with more, only the numbers are shown.</summary>
    [Range(1, 1_000_000)]
    public int MaxLinesPerFile { get; init; } = 2_000;

    /// <summary>Characters of a file's changes when that file alone is asked for.</summary>
    [Range(1, 10_000_000)]
    public int MaxLengthOfOneFile { get; init; } = 4 << 20;

    /// <summary>Changed lines of a file when that file alone is asked for.</summary>
    [Range(1, 1_000_000)]
    public int MaxLinesOfOneFile { get; init; } = 50_000;

    /// <summary>Other agents of the repository that a forecast looks at; the newest.</summary>
    [Range(0, 1_000)]
    public int MaxForecastAgents { get; init; } = 20;

    /// <summary>Comments on one agent's work.</summary>
    [Range(1, 100_000)]
    public int MaxComments { get; init; } = 2_000;

    /// <summary>Characters of a comment.</summary>
    [Range(1, 1_000_000)]
    public int MaxCommentLength { get; init; } = 10_000;

    /// <summary>Lines that a comment quotes.</summary>
    [Range(1, 10_000)]
    public int MaxQuotedLines { get; init; } = 40;

    /// <summary>Commits of a landing are by the person who lands; otherwise by whoever git takes the host's account for.</summary>
    public bool AuthorIsPerson { get; init; } = true;

    /// <summary>Commits of a landing say which agent did the work.</summary>
    public bool Trailers { get; init; } = true;

    /// <summary>Git's hooks run when work is committed, a branch is pushed, or a checked-out branch moves.</summary>
    public bool RunHooks { get; init; } = true;

    /// <summary>Commits of a landing are signed where git is set to sign them.</summary>
    public bool Sign { get; init; } = true;
}

[OptionsValidator]
internal sealed partial class ReviewsOptionsValidator : IValidateOptions<ReviewsOptions>;
