using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Inbox;

/// <summary>How people are told of what waits for them when they do not look at the page.</summary>
internal sealed class InboxOptions : IValidatableObject
{
    public const string Section = "Inbox";

    /// <summary>Where it is posted to that something waits, for everybody who wants it; nowhere when it is not set. Any address will do, also one of this machine or
    /// network: whoever may set this may run the server.</summary>
    public Uri? WebhookUrl { get; init; }

    /// <summary>What it is signed with; a secret that is made in the data folder (<c>webhook-secret</c>) when it is not set.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>An address that has not answered after this long is tried again later.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan WebhookTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>So often it is tried, each time after a longer while.</summary>
    [Range(1, 20)]
    public int MaxAttempts { get; init; } = 8;

    /// <summary>The first while; it doubles.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What could not be told for this long is not told any more.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(24);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WebhookUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https")))
        {
            yield return new ValidationResult($"Inbox:WebhookUrl takes an address such as https://hooks.example/atelier, not {url}.", [nameof(WebhookUrl)]);
        }
    }
}

[OptionsValidator]
internal sealed partial class InboxOptionsValidator : IValidateOptions<InboxOptions>;
