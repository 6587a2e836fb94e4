using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Atelier.Server.ModelProviders;

/// <summary>How models are asked; and one endpoint that is set from outside, as in <c>ATELIER_Models__BaseUrl</c>.</summary>
internal sealed class ModelProvidersOptions
{
    public const string Section = "Models";

    /// <summary>anthropic or openai-compatible: what the endpoint speaks that is set here.</summary>
    public string Kind { get; init; } = "anthropic";

    /// <summary>Its address; with none, none is set here.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Which of its models.</summary>
    public string Model { get; init; } = "";

    /// <summary>Its key; none where none is needed.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Tokens that its model takes in.</summary>
    public int ContextTokens { get; init; } = ModelProvider.UsualContextTokens;

    /// <summary>Tokens of an answer of it at most.</summary>
    public int MaxOutputTokens { get; init; } = ModelProvider.UsualMaxOutputTokens;

    /// <summary>An answer of any endpoint that stays silent this long is taken for cut, and asked again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan SilentFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often an answer is asked for that does not come or is cut, before its turn fails.</summary>
    [Range(1, 100)]
    public int MostTries { get; init; } = 8;

    /// <summary>The pause after the first that did not come; each is twice as long as the one before, unless the endpoint says how long.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>No pause is longer, whatever the endpoint says.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(5);
}

[OptionsValidator]
internal sealed partial class ModelProvidersOptionsValidator : IValidateOptions<ModelProvidersOptions>;
