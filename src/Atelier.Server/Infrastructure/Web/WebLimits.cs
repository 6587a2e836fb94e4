using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Infrastructure.Web;

/// <summary>How much one caller, and all of them together, may ask for.</summary>
internal sealed class WebLimits
{
    public const string Section = "WebLimits";

    /// <summary>A longer body is refused, except where a route says otherwise.</summary>
    [Range(1 << 10, 1 << 30)]
    public long RequestBodyBytes { get; init; } = 1 << 20;

    /// <summary>Longer headers, all together, are refused.</summary>
    [Range(1 << 10, 1 << 20)]
    public int RequestHeaderBytes { get; init; } = 32 << 10;

    /// <summary>More connections are closed at once.</summary>
    [Range(1, 1_000_000)]
    public long OpenConnections { get; init; } = 5_000;

    /// <summary>More WebSockets are refused.</summary>
    [Range(1, 1_000_000)]
    public long OpenSockets { get; init; } = 4_000;
}

[OptionsValidator]
internal sealed partial class WebLimitsValidator : IValidateOptions<WebLimits>;
