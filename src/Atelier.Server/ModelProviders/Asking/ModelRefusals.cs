using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Atelier.Server.ModelProviders.Asking;

/// <summary>What a refusal of an endpoint means; pure.</summary>
internal static partial class ModelRefusals
{
    private const int MaxWords = 500;
    private const int Overloaded = 529;

    /// <summary>A refusal by HTTP status.</summary>
    public static ModelException Of(HttpStatusCode status, string body, TimeSpan? retryAfter)
    {
        var words = WordsOf(body);
        var said = words.Length == 0 ? "" : $": {words}";
        return (int)status switch
        {
            413 => new ModelException(ModelProblemKind.TooLong, $"The conversation is too long for the model{said}"),
            400 or 422 when TooLong().IsMatch(words) => new ModelException(ModelProblemKind.TooLong, $"The conversation is too long for the model{said}"),
            401 or 403 => new ModelException(ModelProblemKind.Lasting, $"The model endpoint does not accept the key ({(int)status}){said}"),
            408 or 409 or 425 or 429 or Overloaded or >= 500 => new ModelException(ModelProblemKind.Passing, $"The model endpoint is busy or broken ({(int)status}){said}", retryAfter),
            _ => new ModelException(ModelProblemKind.Lasting, $"The model endpoint refuses the request ({(int)status}){said}"),
        };
    }

    /// <summary>A refusal in the middle of an answer.</summary>
    public static ModelException Of(string? type, string? message)
    {
        var words = Fit(message ?? type ?? "");
        return TooLong().IsMatch($"{type} {words}") ? new ModelException(ModelProblemKind.TooLong, $"The conversation is too long for the model: {words}")
            : type is "invalid_request_error" or "authentication_error" or "permission_error" ? new ModelException(ModelProblemKind.Lasting, $"The model endpoint refuses the request: {words}")
            : new ModelException(ModelProblemKind.Passing, $"The model endpoint broke the answer off: {words}");
    }

    private static string WordsOf(string body)
    {
        try
        {
            using var parsed = JsonDocument.Parse(body);
            var error = parsed.RootElement.Member("error");
            var message = error is { ValueKind: JsonValueKind.String } ? error.Text() : error?.Member("message").Text() ?? parsed.RootElement.Member("message").Text();
            var code = error?.Member("code").Text();
            return Fit(message is null ? body : code is null ? message : $"{message} ({code})");
        }
        catch (JsonException)
        {
            return Fit(body);
        }
    }

    private static string Fit(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MaxWords ? line : $"{line[..MaxWords]}…";
    }

    [GeneratedRegex(
        "too long|context.?length|maximum context|context window|context size|too many (?:input )?tokens|exceeds? the (?:maximum|context|available)|reduce the length",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex TooLong();
}
