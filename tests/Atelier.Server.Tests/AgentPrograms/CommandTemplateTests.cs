using Atelier.Server.AgentPrograms;

namespace Atelier.Server.Tests.AgentPrograms;

public sealed class CommandTemplateTests
{
    [Theory]
    [InlineData("claude {{PROMPT}}", new[] { "claude", "{{PROMPT}}" })]
    [InlineData("  'my agent'  --flag \"two words\" a\\ b ''", new[] { "my agent", "--flag", "two words", "a b", "" })]
    [InlineData("x 'a\\b' \"c\\\"d\"", new[] { "x", "a\\b", "c\"d" })]
    public void A_template_is_cut_into_words_as_people_quote_them(string text, string[] words) =>
        Assert.Equal(words, CommandTemplate.Parse(text)!.Words);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("claude 'open")]
    [InlineData("claude \"open")]
    [InlineData("'' x")]
    [InlineData("{{PROMPT}}")]
    public void What_names_no_program_or_leaves_a_quote_open_is_no_template(string text) => Assert.Null(CommandTemplate.Parse(text));

    [Theory]
    [InlineData("'; rm -rf / #")]
    [InlineData("two\nlines and $(a command) `another`")]
    [InlineData("\"quoted\" \\ back")]
    public void A_prompt_is_one_argument_whatever_it_holds(string prompt) =>
        Assert.Equal(["claude", "-p", prompt], CommandTemplate.Parse("claude -p {{PROMPT}}")!.For(prompt));

    [Fact]
    public void Without_a_prompt_its_place_is_left_out_and_the_option_before_it() =>
        Assert.Equal(["gemini", "-x"], CommandTemplate.Parse("gemini -x --prompt-interactive {{PROMPT}}")!.For(prompt: null));

    [Fact]
    public void Without_a_prompt_a_word_before_its_place_stays() =>
        Assert.Equal(["tool", "ask"], CommandTemplate.Parse("tool ask {{PROMPT}}")!.For(prompt: null));

    [Fact]
    public void Every_program_that_comes_with_the_product_has_templates_that_can_be_run()
    {
        var templates = BuiltInPrograms.All.SelectMany(program => new[] { program.Command, program.Continue }).OfType<string>();

        Assert.All(templates, template => Assert.NotNull(CommandTemplate.Parse(template)));
    }
}
