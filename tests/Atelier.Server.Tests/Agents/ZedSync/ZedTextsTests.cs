using Atelier.Server.Agents.ZedSync;

namespace Atelier.Server.Tests.Agents.ZedSync;

public sealed class ZedTextsTests
{
    [Theory]
    [InlineData("", "Hello", "+0 Hello")]
    [InlineData("Hel", "Hello", "+0 lo")]
    [InlineData("Hello", "Hello", "")]
    [InlineData("Hello", "Hello\n\n<thinking>Hm", "+0 \n\n|+1t Hm")]
    [InlineData("<thinking>Hm", "<thinking>Hm. So.</thinking>It is", "+0t . So.|+1 It is")]
    [InlineData("Hello <thin", "Hello <thinking>Hm", "=0 Hello |+1t Hm")]
    [InlineData("<thin", "<thinking>Hm", "=0 |=0t Hm")]
    [InlineData("<thinking></thinking>\n", "<thinking></thinking>\nIt", "+0 \nIt")]
    [Trait("rule", "ZS4")]
    public void What_is_new_of_a_text_is_what_follows_what_was_told(string told, string text, string expected) =>
        Assert.Equal(expected, Show(ZedTexts.News(text, told, ZedTexts.Parts(told).Count)));

    [Theory]
    [InlineData("Bye", 1, "=0 Bye")]
    [InlineData("Bye", 3, "=0 Bye|=1 |=2 ")]
    [Trait("rule", "ZS4")]
    public void A_text_that_begins_otherwise_takes_the_place_of_what_was_told(string text, int count, string expected)
    {
        var news = Show(ZedTexts.News(text, told: null, count));

        Assert.EndsWith(expected, news, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [Trait("rule", "ZS4")]
    [Trait("kind", "random")]
    public void However_a_text_is_cut_the_same_comes_of_it(int seed)
    {
        var random = new Random(seed);
        const string Whole = "Let me look.<thinking>It may be \U0001F600 here</thinking> <thinking></thinking>Found <think it <thinking>more</thinking>";
        for (var round = 0; round < 200; round++)
        {
            var told = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var (before, count) = ("", 0);
            while (before.Length < Whole.Length)
            {
                var text = Whole[..random.Next(before.Length, Whole.Length + 1)];
                foreach (var delta in ZedTexts.News(text, before, count))
                {
                    var key = $"{delta.Index}{(delta.IsThought ? "t" : "")}";
                    told[key] = delta.Replaces ? delta.Text : told.GetValueOrDefault(key, "") + delta.Text;
                }

                (before, count) = (text, ZedTexts.Parts(text).Count);
            }

            Assert.Equal(
                ZedTexts.Parts(Whole).Index().Select(part => ($"{part.Index}{(part.Item.IsThought ? "t" : "")}", part.Item.Text)),
                told.Where(one => one.Value.Length > 0).Select(one => (one.Key, one.Value)));
        }
    }

    [Theory]
    [InlineData("**Tool Call: Read `a`**\nStatus: Completed\n\nIt\n\nhas lines", "It\n\nhas lines")]
    [InlineData("**Tool Call: Read `a`**\nStatus: In Progress\n\n", "")]
    [InlineData("no head", "no head")]
    public void The_head_of_a_tool_call_is_no_output(string text, string output) => Assert.Equal(output, ZedTexts.ToolOutput(text));

    [Theory]
    [InlineData("token atl_0123456789abcdef here", "token atl_… here")]
    [InlineData("nul \0 here", "nul \ufffd here")]
    [InlineData("atl_short", "atl_short")]
    [Trait("rule", "ZS21")]
    public void What_rows_cannot_keep_and_nobody_shall_read_is_left_out(string text, string clean) => Assert.Equal(clean, ZedTexts.Clean(text));

    [Theory]
    [InlineData("Failed to load thread: entity released", true)]
    [InlineData("No thread found with ID abc", true)]
    [InlineData("Session not found", true)]
    [InlineData("ede_diagnostic result_type=user stop_reason=null", true)]
    [InlineData("the model is overloaded", false)]
    [Trait("rule", "ZS16")]
    public void Errors_say_whether_the_conversation_is_gone(string error, bool isGone) => Assert.Equal(isGone, ZedTexts.IsThreadGone(error));

    private static string Show(IEnumerable<ZedDelta> news) =>
        string.Join('|', news.Select(delta => $"{(delta.Replaces ? '=' : '+')}{delta.Index}{(delta.IsThought ? "t" : "")} {delta.Text}"));
}
