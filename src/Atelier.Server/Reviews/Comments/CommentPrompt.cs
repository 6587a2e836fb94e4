using System.Globalization;
using System.Text;

namespace Atelier.Server.Reviews.Comments;

/// <summary>Comments as one prompt; pure.</summary>
internal static class CommentPrompt
{
    private const string Opening = "Please look at these comments on your changes.";

    /// <summary>Comments in the order of files and lines, each with its place and the lines it is about.</summary>
    /// <param name="comments">What is said.</param>
    /// <param name="text">What is said before them; null for a sentence of ours.</param>
    public static string Of(IEnumerable<ReviewComment> comments, string? text)
    {
        var prompt = new StringBuilder(string.IsNullOrWhiteSpace(text) ? Opening : text.Trim());
        foreach (var comment in comments.OrderBy(one => one.Path, StringComparer.Ordinal).ThenBy(one => one.Line).ThenBy(one => one.CreatedAt))
        {
            prompt.Append(CultureInfo.InvariantCulture, $"\n\n{Place(comment)}\n");
            foreach (var line in comment.Quote.Length == 0 ? [] : comment.Quote.Split('\n'))
            {
                prompt.Append("> ").Append(line).Append('\n');
            }

            prompt.Append(comment.Body.Trim());
        }

        return prompt.ToString();
    }

    private static string Place(ReviewComment comment)
    {
        var lines = comment.LastLine > comment.Line
            ? string.Create(CultureInfo.InvariantCulture, $"{comment.Line}-{comment.LastLine}")
            : comment.Line.ToString(CultureInfo.InvariantCulture);
        return $"{comment.Path}:{lines}{(comment.Side == CommentSide.Old ? " (before your changes)" : "")}";
    }
}
