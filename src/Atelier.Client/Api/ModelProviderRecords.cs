namespace Atelier.Client.Api;

/// <summary>A model endpoint that the built-in agent and chat may ask.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">For people.</param>
/// <param name="Kind">anthropic or openai-compatible.</param>
/// <param name="BaseUrl">Its address.</param>
/// <param name="Model">Which of its models.</param>
/// <param name="HasApiKey">Whether it has a key.</param>
/// <param name="ContextTokens">Tokens that the model takes in.</param>
/// <param name="MaxOutputTokens">Tokens of an answer at most.</param>
/// <param name="IsDefault">Whether it is asked where none is named.</param>
/// <param name="IsConfigured">Whether it comes from the server's settings.</param>
public sealed record ModelProvider(
    string Id, string Name, string Kind, string BaseUrl, string Model, bool HasApiKey, int ContextTokens, int MaxOutputTokens, bool IsDefault, bool IsConfigured);

/// <summary>Providers under their plural.</summary>
/// <param name="ModelProviders">The providers.</param>
public sealed record ModelProvidersAnswer(IReadOnlyList<ModelProvider> ModelProviders);

/// <summary>A provider under its own name.</summary>
/// <param name="ModelProvider">The provider.</param>
public sealed record ModelProviderAnswer(ModelProvider ModelProvider);

/// <summary>Asks for a provider, or changes one; what is null stays.</summary>
/// <param name="Name">For people.</param>
/// <param name="Kind">anthropic or openai-compatible.</param>
/// <param name="BaseUrl">Its address.</param>
/// <param name="Model">Which of its models.</param>
/// <param name="ApiKey">Its key; empty for none.</param>
/// <param name="ContextTokens">Tokens that the model takes in.</param>
/// <param name="MaxOutputTokens">Tokens of an answer at most.</param>
/// <param name="IsDefault">true: it is asked where none is named.</param>
public sealed record SaveModelProvider(
    string? Name = null,
    string? Kind = null,
    string? BaseUrl = null,
    string? Model = null,
    string? ApiKey = null,
    int? ContextTokens = null,
    int? MaxOutputTokens = null,
    bool? IsDefault = null);
