using Atelier.HostDaemon.Activity;

namespace Atelier.HostDaemon.Tests.Activity;

public sealed class AskingPatternsTests
{
    [Theory]
    [InlineData("│ ● 1. Allow once      │\n│   2. Allow always    │")]
    [InlineData(" ❯ 1. Yes\n   2. Yes, and don’t ask again for: a command that is so long\n that it wraps\n   3. No")]
    [InlineData("  1. Yes\n› 2. No")]
    [InlineData("┃   Allow once   Allow always   Reject                        enter confirm")]
    [InlineData("Run shell command? (Y)es/(N)o [Yes]: ")]
    [InlineData("Apply the change? [y/N] ")]
    [InlineData("Overwrite? (yes/no)")]
    public void Forms_that_all_programs_share_ask(string text) => Assert.True(Shared(text));

    [Theory]
    [InlineData("1. Read the file\n2. Change it\n> ")]
    [InlineData("> 1. Fix the build\n\nDone.\n> ")]
    [InlineData("● 1. The first\n  2. The second\n✻ Baked for 2s\n────\n❯ \n────\n  ? for shortcuts")]
    [InlineData("> next: 1. Yes 2. No [y/N]\n────")]
    [InlineData("You can allow it or reject it.")]
    [InlineData("Answer with [y/N] in the script.\n────\n> \n────\n  ? for shortcuts")]
    [InlineData("Do you want to proceed?\n> ")]
    [InlineData("")]
    public void Texts_do_not(string text) => Assert.False(Shared(text));

    [Fact]
    public void A_pattern_that_is_none_is_named_and_the_others_work()
    {
        var patterns = new AskingPatterns(["(", "Proceed\\?"]);

        Assert.Equal(["("], patterns.Broken);
        Assert.True(patterns.AreOn(new ScreenText(["Proceed?"])));
    }

    [Fact]
    public void A_pattern_that_takes_too_long_says_nothing() =>
        Assert.False(new AskingPatterns(["^(a+)+$"]).AreOn(new ScreenText([new string('a', 60) + "!"])));

    private static bool Shared(string text) => new AskingPatterns([]).AreOn(new ScreenText([.. text.Split('\n')]));
}
