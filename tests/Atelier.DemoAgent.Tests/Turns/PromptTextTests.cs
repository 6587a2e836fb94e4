using System.Text.Json;
using Atelier.DemoAgent.Turns;

namespace Atelier.DemoAgent.Tests.Turns;

public sealed class PromptTextTests
{
    [Theory]
    [InlineData("Add a greeting!", "add-a-greeting")]
    [InlineData("  ../../etc/passwd  ", "etc-passwd")]
    [InlineData("Füge ein Grußwort hinzu", "füge-ein-grußwort-hinzu")]
    [InlineData("🎉🎉", "request")]
    [InlineData("", "request")]
    [InlineData("a-very-long-request-that-goes-on-and-on-and-on", "a-very-long-request-that-goes-on-and-on")]
    public void A_request_becomes_a_part_of_a_name(string text, string slug) => Assert.Equal(slug, Of(text).Slug);

    [Fact]
    public void A_title_is_the_first_line_and_never_half_a_letter()
    {
        Assert.Equal("One", Of("One\nTwo").Title);
        Assert.Equal($"{string.Concat(Enumerable.Repeat("🎉", 59))}…", Of(string.Concat(Enumerable.Repeat("🎉", 80))).Title);
        Assert.Equal("A request without words", Of("").Title);
    }

    [Theory]
    [InlineData("undo", true)]
    [InlineData("/undo", true)]
    [InlineData("Please, UNDO!", true)]
    [InlineData("undone work", false)]
    public void Words_are_found_whole(string text, bool has) => Assert.Equal(has, Of(text).Has("undo"));

    [Fact]
    public void Text_that_is_no_text_has_no_words() =>
        Assert.Equal("", PromptText.Of([JsonElement.Parse("""{"type":"text","text":"\ud800"}""")]).Text);

    [Fact]
    public void Pieces_of_a_text_are_the_text()
    {
        string[] texts = ["", "one", "one two three four five ", "  spaced   out  "];

        Assert.All(texts, text => Assert.Equal(text, string.Concat(TextPieces.Of(text, words: 2))));
    }

    private static PromptText Of(string text) =>
        PromptText.Of([JsonSerializer.SerializeToElement(new { type = "text", text }, JsonSerializerOptions.Web)]);
}
