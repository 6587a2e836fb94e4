using System.Text;

namespace Atelier.FakeModelServer.Scripts;

/// <summary>Prose of any length, always the same, with paragraphs and lists as models write them.</summary>
internal static class FillerText
{
    private static readonly string[] s_words =
        ("the build reads every file once and keeps what it saw in a table so that a later run can skip what has not changed "
        + "while a test walks the same table and compares each entry with the disk because a stale entry is worse than none "
        + "which is why the writer replaces the whole file and never a part of it").Split(' ');

    public static string Words(int count)
    {
        var text = new StringBuilder();
        var startsSentence = true;
        for (var at = 0; at < count; at++)
        {
            var word = s_words[(at * 7 + at / 11) % s_words.Length];
            text.Append(startsSentence ? char.ToUpperInvariant(word[0]) + word[1..] : word);
            startsSentence = at % 13 == 12 || at == count - 1;
            text.Append(startsSentence ? "." : "").Append((at % 65, startsSentence) switch
            {
                (64, _) => "\n\n",
                (25 or 38, true) => "\n- ",
                _ => " ",
            });
        }

        return text.ToString().TrimEnd(' ', '-', '\n');
    }
}
