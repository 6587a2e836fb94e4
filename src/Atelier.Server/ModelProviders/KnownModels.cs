using Microsoft.Extensions.Options;

namespace Atelier.Server.ModelProviders;

/// <summary>All model endpoints: those that administrators have added, and the one of the server's settings.</summary>
internal sealed class KnownModels(ModelProviderStore store, IOptions<ModelProvidersOptions> options)
{
    /// <summary>The id of the one of the server's settings.</summary>
    public static ModelProviderId ConfiguredId { get; } = new("configured");

    /// <summary>The one of the server's settings; null when none is set.</summary>
    public ModelProvider? Configured => options.Value is { BaseUrl: { Length: > 0 } address } set
        ? new ModelProvider(
            ConfiguredId,
            set.Model,
            ModelProviderWords.KindOf(set.Kind) ?? ModelProviderKind.Anthropic,
            address,
            set.Model,
            set.ApiKey,
            set.ContextTokens,
            set.MaxOutputTokens,
            IsDefault: false,
            IsConfigured: true)
        : null;

    public async Task<IReadOnlyList<ModelProvider>> AllAsync(CancellationToken cancellationToken)
    {
        var added = await store.AllAsync(cancellationToken);
        return Configured is { } configured
            ? [configured with { IsDefault = !added.Any(one => one.IsDefault) }, .. added]
            : added;
    }

    /// <summary>The provider of an id; or, with none and when that one is gone, the default. Null when there is none at all.</summary>
    public async Task<ModelProvider?> FindAsync(ModelProviderId? id, CancellationToken cancellationToken)
    {
        var all = await AllAsync(cancellationToken);
        return all.FirstOrDefault(one => one.Id == id) ?? all.FirstOrDefault(one => one.IsDefault) ?? (all.Count > 0 ? all[0] : null);
    }
}
