using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Atelier.Server.News;

/// <summary>How pages are told what changes.</summary>
internal sealed class NewsOptions
{
    public const string Section = "News";

    /// <summary>Somebody who was away no longer than this gets what they missed; after it, everything anew.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>This many events are kept however old they are.</summary>
    [Range(100, 10_000_000)]
    public int KeepAtLeast { get; init; } = 10_000;

    /// <summary>A page that is further behind than this many events is disconnected, and comes back.</summary>
    [Range(10, 1_000_000)]
    public int MostBehind { get; init; } = 1_000;

    /// <summary>Something is sent at least this often, so that a dead connection is noticed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Changes whose notification got lost are found after this long.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan LookAgainAfter { get; init; } = TimeSpan.FromSeconds(5);
}

[OptionsValidator]
internal sealed partial class NewsOptionsValidator : IValidateOptions<NewsOptions>;
