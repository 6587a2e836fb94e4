using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Sessions;

/// <summary>Limits of sessions, their workers and their sockets.</summary>
internal sealed class SessionsOptions
{
    public const string Section = "Sessions";

    /// <summary>A terminal's log keeps at least its newest part, up to this many bytes on disk.</summary>
    [Range(1 << 20, 1L << 40)]
    public long TerminalLogBytes { get; init; } = 64 << 20;

    /// <summary>Time a worker's processes have between being asked to end and being ended.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan EndGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Sockets that may watch one worker at the same time.</summary>
    [Range(1, 10_000)]
    public int SocketsPerWorker { get; init; } = 200;

    /// <summary>A viewer who wants the screen and is this many bytes behind gets the newest screen instead.</summary>
    [Range(64 << 10, 1 << 30)]
    public int ScreenLagBytes { get; init; } = 1 << 20;

    /// <summary>Longest first prompt, in characters.</summary>
    [Range(1, 10_000_000)]
    public int MaxPromptLength { get; init; } = 200_000;
}

[OptionsValidator]
internal sealed partial class SessionsOptionsValidator : IValidateOptions<SessionsOptions>;
