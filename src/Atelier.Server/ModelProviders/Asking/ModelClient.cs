using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Atelier.Server.ModelProviders.Asking;

/// <summary>Asks a model once, and gives its answer as it comes. Whether it is asked again is for the caller to say.</summary>
internal sealed class ModelClient(IHttpClientFactory clients, IOptions<ModelProvidersOptions> options, TimeProvider clock)
{
    public const string Name = "models";

    private const int MaxRefusalBytes = 64 << 10;

    private static readonly AnthropicDialect s_anthropic = new();
    private static readonly OpenAiDialect s_openAi = new();

    /// <summary>The pieces of an answer; the last is the whole.</summary>
    /// <exception cref="ModelException">It did not answer, or not to the end.</exception>
    public async IAsyncEnumerable<ModelPiece> AskAsync(ModelProvider provider, ModelPrompt prompt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var dialect = DialectOf(provider.Kind);
        using var silence = new CancellationTokenSource(options.Value.SilentFor, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        using var response = await GuardAsync(() => SendAsync(dialect, provider, prompt, stop.Token), silence, cancellationToken);
        var answer = new AnswerBuilder();
        await using var events = SseParser.Create(await GuardAsync(() => response.Content.ReadAsStreamAsync(stop.Token), silence, cancellationToken), Read)
            .EnumerateAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        while (await GuardAsync(() => events.MoveNextAsync().AsTask(), silence, cancellationToken))
        {
            silence.CancelAfter(options.Value.SilentFor);
            if (events.Current.Data is { } data && dialect.Take(answer, data) is { } piece)
            {
                yield return piece;
            }
        }

        // What ends without a word about why it ended was cut.
        yield return answer.StopReason is null
            ? throw new ModelException(ModelProblemKind.Passing, "The model's answer broke off.")
            : new ModelPiece.Whole(answer.Build());
    }

    private static IModelDialect DialectOf(ModelProviderKind kind) => kind switch
    {
        ModelProviderKind.Anthropic => s_anthropic,
        ModelProviderKind.OpenAiCompatible => s_openAi,
        _ => throw new UnreachableException(),
    };

    /// <summary>The JSON of an event; null for what is none, such as <c>[DONE]</c>.</summary>
    private static JsonElement? Read(string type, ReadOnlySpan<byte> data)
    {
        try
        {
            var reader = new Utf8JsonReader(data);
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(IModelDialect dialect, ModelProvider provider, ModelPrompt prompt, CancellationToken cancellationToken)
    {
        var address = provider.BaseUrl.TrimEnd('/');
        using var request = new HttpRequestMessage(HttpMethod.Post, address + dialect.PathBehind(address))
        {
            Content = new StringContent(dialect.Body(provider, prompt).ToJsonString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        dialect.Authorize(request, provider.ApiKey);
        var response = await clients.CreateClient(Name).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw ModelRefusals.Of(response.StatusCode, await BeginningAsync(response, cancellationToken), RetryAfterOf(response));
        }
    }

    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = new byte[MaxRefusalBytes];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return Encoding.UTF8.GetString(bytes, 0, await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken));
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } time } => time,
        { Date: { } at } => at - clock.GetUtcNow() is { Ticks: > 0 } time ? time : TimeSpan.Zero,
        _ => null,
    };

    /// <summary>Does it; what goes wrong on the way is said as what it is.</summary>
    private async Task<T> GuardAsync<T>(Func<Task<T>> act, CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        try
        {
            return await act();
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ModelException(ModelProblemKind.Passing, $"The model has said nothing for {options.Value.SilentFor.TotalSeconds:0} seconds.");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw new ModelException(ModelProblemKind.Passing, broken is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
                ? "The model endpoint cannot be reached."
                : "The connection to the model endpoint broke.");
        }
    }
}
