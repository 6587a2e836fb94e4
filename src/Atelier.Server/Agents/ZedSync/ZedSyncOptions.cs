using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>Times and limits of connections that Zed opens (docs/protocols/zed-sync.md).</summary>
internal sealed class ZedSyncOptions
{
    public const string Section = "ZedSync";

    /// <summary>Prompts wait this long for Zed to say that it is ready, and then go.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan ReadyWithin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A prompt that Zed may have and says nothing about for this long is sent once more.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "7.00:00:00")]
    public TimeSpan RedeliverAfter { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>A silent connection is asked this often whether it is alive.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(54);

    /// <summary>One that does not answer within this time is given up.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan PongWithin { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>A Zed that was started and has not connected within this time is ended, and the turn it was started for fails.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest message of Zed, in bytes; a longer one ends the connection.</summary>
    [Range(1 << 10, 1 << 30)]
    public int MaxMessageBytes { get; init; } = 16 << 20;

    /// <summary>Messages to Zed that may wait; more are refused and tried again later.</summary>
    [Range(1, 10_000)]
    public int MaxQueuedCommands { get; init; } = 100;

    /// <summary>Messages of Zed that may wait to be stored; then it is not read on.</summary>
    [Range(1, 100_000)]
    public int MaxQueuedEvents { get; init; } = 256;
}

[OptionsValidator]
internal sealed partial class ZedSyncOptionsValidator : IValidateOptions<ZedSyncOptions>;
