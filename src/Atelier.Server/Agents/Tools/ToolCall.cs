using System.Text.Json;
using Atelier.Server.Accounts;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents.Tools;

/// <summary>A tool cannot do what it was asked; the words are for the program that asked.</summary>
internal sealed class ToolRefusedException(string message) : Exception(message);

/// <summary>A call of a tool.</summary>
/// <param name="User">On whose behalf.</param>
/// <param name="WorkSession">The line of work from which it is called; null when that is not known.</param>
/// <param name="CallId">The caller's name for this call, by which a repeat is recognised; null when it has none.</param>
/// <param name="Arguments">What it was called with.</param>
internal sealed record ToolCall(CurrentUser User, WorkSessionId? WorkSession, string? CallId, IReadOnlyDictionary<string, JsonElement> Arguments)
{
    private const int MaxTextLength = 200_000;

    /// <summary>A text that is needed.</summary>
    public string Text(string name, int most = MaxTextLength) =>
        TextOrNull(name, most) is { } text && text.Trim().Length > 0 ? text : throw new ToolRefusedException($"{name} is needed.");

    public string? TextOrNull(string name, int most = MaxTextLength) => Arguments.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null
        ? value.Text() is { } text && text.Length <= most && JsonTexts.IsKept(text) ? text : throw new ToolRefusedException($"{name} is a text of at most {most} characters.")
        : null;

    public int? NumberOrNull(string name) => Arguments.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null
        ? value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number is >= 0 and <= int.MaxValue ? (int)number : throw new ToolRefusedException($"{name} is a number, not negative.")
        : null;

    public IReadOnlyList<string> Texts(string name, int most) => Arguments.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null
        ? value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= most
            && value.EnumerateArray().Select(one => one.Text()).ToList() is var texts && texts.TrueForAll(text => text is { Length: > 0 and <= 500 } && JsonTexts.IsKept(text))
                ? [.. texts.OfType<string>()]
                : throw new ToolRefusedException($"{name} is a list of at most {most} texts of 1 to 500 characters.")
        : [];
}
