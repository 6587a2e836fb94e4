using System.Text.RegularExpressions;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>A stretch of an answer: what is said, or what is thought.</summary>
internal readonly record struct ZedPart(bool IsThought, string Text);

/// <summary>What is new of a part.</summary>
/// <param name="Index">Which part.</param>
/// <param name="IsThought">What it is.</param>
/// <param name="Text">What is added; or all of it where it replaces what was told.</param>
/// <param name="Replaces">Whether what was told of it is taken back.</param>
internal readonly record struct ZedDelta(int Index, bool IsThought, string Text, bool Replaces);

/// <summary>Zed's texts as events have them; pure.</summary>
/// <remarks><c>Let me look.&lt;thinking&gt;Hm.&lt;/thinking&gt;It is here.</c> is a message, a thought and a message. A text that is cut within a mark reads otherwise once it goes on.</remarks>
internal static partial class ZedTexts
{
    private const string Begin = "<thinking>";
    private const string End = "</thinking>";

    /// <summary>Text that rows can keep, without secrets of ours: an agent sees the token of its own connection in its environment.</summary>
    public static string Clean(string? text) => text is null ? "" : OurToken.Replace(text.Kept(), "atl_…");

    /// <summary>Cuts a text where thinking begins and ends; blank stretches are none.</summary>
    public static IReadOnlyList<ZedPart> Parts(string text)
    {
        var parts = new List<ZedPart>();
        for (var (at, isThought) = (0, false); at < text.Length; isThought = !isThought)
        {
            var mark = isThought ? End : Begin;
            var end = text.IndexOf(mark, at, StringComparison.Ordinal);
            var stretch = end < 0 ? text[at..] : text[at..end];
            if (!string.IsNullOrWhiteSpace(stretch))
            {
                parts.Add(new ZedPart(isThought, stretch));
            }

            at = end < 0 ? text.Length : end + mark.Length;
        }

        return parts;
    }

    /// <summary>What is new of a text whose beginning, or something else, was told before.</summary>
    /// <param name="text">All of it.</param>
    /// <param name="told">The beginning of it that is told; null when what was told is not its beginning.</param>
    /// <param name="count">How many parts were told.</param>
    public static IEnumerable<ZedDelta> News(string text, string? told, int count)
    {
        var before = told is null ? [] : Parts(told);
        var now = Parts(text);
        for (var index = 0; index < Math.Max(now.Count, count); index++)
        {
            ZedPart? was = index < before.Count ? before[index] : null;
            if (index >= now.Count)
            {
                yield return new ZedDelta(index, was?.IsThought ?? false, "", Replaces: true);
            }
            else if (was is { } known && known.IsThought == now[index].IsThought && now[index].Text.StartsWith(known.Text, StringComparison.Ordinal))
            {
                if (now[index].Text.Length > known.Text.Length)
                {
                    yield return new ZedDelta(index, known.IsThought, now[index].Text[known.Text.Length..], Replaces: false);
                }
            }
            else
            {
                if (index < count && (was is null || was.Value.IsThought != now[index].IsThought))
                {
                    yield return new ZedDelta(index, !now[index].IsThought, "", Replaces: true); // it was told as the other
                }

                yield return new ZedDelta(index, now[index].IsThought, now[index].Text, Replaces: index < count);
            }
        }
    }

    /// <summary>What a tool call brought, without the head that Zed puts before it.</summary>
    public static string ToolOutput(string text) => ToolHead.Replace(text, "");

    /// <summary>A tool call's status as the Agent Client Protocol has it; null for none that is known.</summary>
    public static string? StatusOf(string? status) => status switch
    {
        "Pending" or "Waiting for confirmation" => "pending",
        "In Progress" => "in_progress",
        "Completed" => "completed",
        "Failed" or "Rejected" or "Canceled" => "failed",
        _ => null,
    };

    /// <summary>Whether an error says that a conversation is not there any more, and not that it could not be reached.</summary>
    public static bool IsThreadGone(string error) => Array.Exists(s_gone, words => error.Contains(words, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] s_gone =
        ["entity released", "session not found", "no thread found with id", "no rollout found for thread id", "failed to load thread", "resource not found", "ede_diagnostic"];

    [GeneratedRegex("atl_[A-Za-z0-9_-]{8,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OurToken { get; }

    [GeneratedRegex(@"^\*\*Tool Call: [^\n]*\*\*\nStatus: [^\n]*(\n\n|\n?$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ToolHead { get; }
}
