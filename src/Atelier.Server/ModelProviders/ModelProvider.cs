using System.Text.Json.Serialization;

namespace Atelier.Server.ModelProviders;

/// <summary>What a model endpoint speaks.</summary>
internal enum ModelProviderKind
{
    /// <summary>The Messages API.</summary>
    Anthropic,

    /// <summary>Chat completions, as OpenAI, Ollama, llama.cpp, vLLM and many others serve them.</summary>
    [JsonStringEnumMemberName("openai-compatible")]
    OpenAiCompatible,
}

/// <summary>A model endpoint that the built-in agent and plain chat may ask.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">For people.</param>
/// <param name="Kind">What it speaks.</param>
/// <param name="BaseUrl">Its address, without the path of a method.</param>
/// <param name="Model">Which of its models.</param>
/// <param name="ApiKey">The key; null where none is needed. Never shown, told or logged.</param>
/// <param name="ContextTokens">Tokens that the model takes in, its answer included.</param>
/// <param name="MaxOutputTokens">Tokens of an answer at most.</param>
/// <param name="IsDefault">Whether it is asked where none is named.</param>
/// <param name="IsConfigured">Whether it comes from the server's settings; such a one cannot be changed here.</param>
internal sealed record ModelProvider(
    ModelProviderId Id,
    string Name,
    ModelProviderKind Kind,
    string BaseUrl,
    string Model,
    string? ApiKey,
    int ContextTokens,
    int MaxOutputTokens,
    bool IsDefault,
    bool IsConfigured = false)
{
    public const int UsualContextTokens = 128_000;
    public const int UsualMaxOutputTokens = 16_000;
    public const int LeastContextTokens = 4_000;
    public const int MostContextTokens = 10_000_000;

    private const int MaxNameLength = 80;
    private const int MaxTextLength = 2_000;

    /// <summary>What is wrong with it, in words; null when nothing is.</summary>
    public string? Wrong() =>
        Name.Length is 0 or > MaxNameLength || Name.Any(char.IsControl) ? $"name has 1 to {MaxNameLength} characters."
        : !IsAddress(BaseUrl) ? "baseUrl is an http or https address without a user, a query or a fragment, such as https://api.anthropic.com or http://127.0.0.1:11434/v1."
        : Model.Length is 0 or > MaxTextLength || Model.Any(char.IsControl) ? "model is the name of one of the endpoint's models."
        : ApiKey is { } key && (key.Length > MaxTextLength || key.Any(character => character is <= ' ' or > '~')) ? "apiKey has no blanks and nothing but ASCII in it."
        : ContextTokens is < LeastContextTokens or > MostContextTokens ? $"contextTokens is {LeastContextTokens} to {MostContextTokens}."
        : MaxOutputTokens < 1 || MaxOutputTokens > ContextTokens / 2 ? "maxOutputTokens is at least 1, and at most half of contextTokens."
        : null;

    /// <summary>Without its key: what is printed of it.</summary>
    public override string ToString() => $"{Name} ({Model} at {BaseUrl})";

    private static bool IsAddress(string text) =>
        text.Length <= MaxTextLength && Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme is "http" or "https")
        && url is { UserInfo: "", Query: "", Fragment: "" };
}
