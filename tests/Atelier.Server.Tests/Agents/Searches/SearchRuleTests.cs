using Atelier.Server.Agents.Searches;

namespace Atelier.Server.Tests.Agents.Searches;

public sealed class SearchRuleTests
{
    [Theory]
    [InlineData("redirect", "('redirect':*)")]
    [InlineData("  Two  words ", "('two':*) & ('words':*)")]
    [InlineData("src/login.ts", "('src':* & 'login':* & 'ts':*)")]
    [InlineData("\"query string\" lost", "('query' <-> 'string') & ('lost':*)")]
    [InlineData("a -b", "('a':*) & !('b':*)")]
    [InlineData("a -\"b c\"", "('a':*) & !('b' <-> 'c')")]
    [InlineData("\"open", "('open')")]
    [InlineData("it's \\ 'x' & | ! <-> :*", "('it':* & 's':*) & ('x':*)")]
    [InlineData("Über", "('über':*)")]
    [InlineData("x\"y\"z", "('x':*) & ('y') & ('z':*)")]
    public void What_is_looked_for_becomes_a_query(string text, string query) => Assert.Equal(query, SearchTerms.Of(text)?.Query);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("-")]
    [InlineData("\"")]
    [InlineData("& | !")]
    [InlineData("-only -unwanted")]
    public void Where_no_word_is_wanted_nothing_is_looked_for(string text) => Assert.Null(SearchTerms.Of(text));

    [Fact]
    public void More_words_than_are_looked_for_are_passed_over() =>
        Assert.Equal(16, SearchTerms.Of(string.Join(' ', Enumerable.Range(0, 40)))?.Wanted.Sum(term => term.Words.Length));

    [Fact]
    public void A_snippet_marks_what_was_looked_for()
    {
        var snippet = Snippet("The Query\nstring is lost: query_strings of src/login/redirect.ts", "query redirect");

        Assert.Equal("The Query string is lost: query_strings of src/login/redirect.ts", snippet.Text);
        Assert.Equal(["Query", "query", "redirect"], Marked(snippet));
    }

    [Fact]
    public void A_phrase_is_marked_as_a_whole_and_only_where_it_is_one() =>
        Assert.Equal(["query string"], Marked(Snippet("string query, query strings, query string", "\"query string\"")));

    [Fact]
    public void A_snippet_of_a_long_text_is_cut_around_the_first_place()
    {
        var snippet = Snippet($"{new string('a', 300)} {string.Join(' ', Enumerable.Repeat("before", 100))} found {string.Join(' ', Enumerable.Repeat("after", 100))}", "found");

        Assert.Equal(["found"], Marked(snippet));
        Assert.StartsWith("…before", snippet.Text, StringComparison.Ordinal);
        Assert.EndsWith("…", snippet.Text, StringComparison.Ordinal);
        Assert.True(snippet.Text.Length < 250);
    }

    [Fact]
    public void A_snippet_cuts_no_character_in_two()
    {
        for (var shift = 0; shift < 4; shift++)
        {
            var snippet = Snippet($"{new string('x', shift)}{string.Concat(Enumerable.Repeat("🎨", 200))} found {string.Concat(Enumerable.Repeat("🎨", 200))}", "found");

            Assert.DoesNotContain(System.Text.Rune.ReplacementChar, snippet.Text.EnumerateRunes()); // which stands for half of one
        }
    }

    private static SearchSnippet Snippet(string text, string looked) =>
        SearchSnippet.Of(text, SearchTerms.Of(looked) ?? throw new InvalidOperationException("There is a word in it."));

    private static IEnumerable<string> Marked(SearchSnippet snippet) => snippet.Marks.Select(mark => snippet.Text.Substring(mark.Start, mark.Length));
}
