using System.Globalization;
using System.Text.RegularExpressions;

namespace Atelier.FakeModelServer.Replies;

/// <summary>Summaries of conversations that became too long. They say how far the script is, so that it goes on behind them.</summary>
internal static partial class ScriptedSummary
{
    public static bool IsAskedFor(ModelRequest request) =>
        request.Messages is [{ Kind: MessageKind.Person, Text: var text }] && text.StartsWith("Sum up this conversation", StringComparison.Ordinal);

    /// <summary>The summary of a transcript, in which each result of a tool is a paragraph that begins with "Result of".</summary>
    public static string For(ModelRequest request) => string.Create(
        CultureInfo.InvariantCulture, $"The script has had {Results().Count(request.Messages[0].Text) + ResultsIn(request.Messages[0].Text)} results of tools.");

    /// <summary>How many results of tools a text with a summary stands for.</summary>
    public static int ResultsIn(string text) =>
        Summary().Matches(text) is [.., { } last] ? int.Parse(last.Groups["count"].ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("^Result of ", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Results();

    [GeneratedRegex("The script has had (?<count>[0-9]+) results of tools", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Summary();
}
