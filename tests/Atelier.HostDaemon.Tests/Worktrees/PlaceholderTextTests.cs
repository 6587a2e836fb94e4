using Atelier.HostDaemon.Worktrees;

namespace Atelier.HostDaemon.Tests.Worktrees;

public sealed class PlaceholderTextTests
{
    private static readonly Placeholders s_values = new(3, "feature/login", "shop", "/data/worktrees/r/feature-login", 4200);

    [Theory]
    [InlineData("{{WORKTREE_NUM}}", "3")]
    [InlineData("{{ WORKTREE_NUM }}", "3")]
    [InlineData("PORT={{WORKTREE_NUM + 3000}}", "PORT=3003")]
    [InlineData("{{WORKTREE_NUM+3000}}", "3003")]
    [InlineData("{{WORKTREE_NUM - 5}}", "-2")]
    [InlineData("{{WORKTREE_NUM * 10}}", "30")]
    [InlineData("{{WORKTREE_NUM / 2}}", "1")]
    [InlineData("{{PORT}} {{PORT + 1}}", "4200 4201")]
    [InlineData("{{BRANCH}}|{{REPO}}|{{WORKTREE_PATH}}", "feature/login|shop|/data/worktrees/r/feature-login")]
    public void Placeholders_are_filled(string text, string expected)
    {
        Assert.Equal(expected, PlaceholderText.Fill(text, s_values));
    }

    [Theory]
    [InlineData("{{WORKTREE_NUM / 0}}")]
    [InlineData("{{WORKTREE_NUM + x}}")]
    [InlineData("{{WORKTREE_NUM + 99999999999999999999}}")]
    [InlineData("{{BRANCH + 1}}")]
    [InlineData("{{UNKNOWN}}")]
    [InlineData("{{worktree_num}}")]
    [InlineData("{WORKTREE_NUM}")]
    [InlineData("$1 \\1 {{")]
    public void What_is_no_placeholder_stays(string text)
    {
        Assert.Equal(text, PlaceholderText.Fill(text, s_values));
    }
}
