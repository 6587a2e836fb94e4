using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Reviews.Comments;
using Atelier.Server.Reviews.Landings;

namespace Atelier.Server.Tests.Reviews;

public sealed class ReviewRuleTests
{
    [Theory]
    [InlineData("https://github.com/ada/sums.git", "https://github.com/ada/sums/compare/main...atelier/fix?expand=1")]
    [InlineData("git@github.com:ada/sums.git", "https://github.com/ada/sums/compare/main...atelier/fix?expand=1")]
    [InlineData("ssh://git@gitlab.example.org:2222/group/sub/sums", "https://gitlab.example.org/group/sub/sums/-/merge_requests/new?merge_request%5Bsource_branch%5D=atelier%2Ffix&merge_request%5Btarget_branch%5D=main")]
    [InlineData("https://bitbucket.org/ada/sums.git", "https://bitbucket.org/ada/sums/pull-requests/new?source=atelier%2Ffix&dest=main")]
    [InlineData("https://codeberg.org/ada/sums/", "https://codeberg.org/ada/sums/compare/main...atelier/fix")]
    [InlineData("https://git.example.org/ada/sums.git", null)]
    [InlineData("/srv/git/sums.git", null)]
    [InlineData("file:///srv/github/sums.git", null)]
    [InlineData(null, null)]
    public void A_request_to_pull_is_opened_where_the_remotes_host_has_them(string? remote, string? address) =>
        Assert.Equal(address, PullRequestAddress.Of(remote, "atelier/fix", "main"));

    [Fact]
    public void Comments_become_one_prompt_in_the_order_of_files_and_lines()
    {
        var prompt = CommentPrompt.Of(
            [Comment("b.cs", 3, 4, CommentSide.New, "one\ntwo", "Not so."), Comment("a.cs", 9, 9, CommentSide.Old, "", "Why is it gone? ")], text: null);

        Assert.Equal(
            "Please look at these comments on your changes.\n\na.cs:9 (before your changes)\nWhy is it gone?\n\nb.cs:3-4\n> one\n> two\nNot so.",
            prompt);
        Assert.StartsWith("Once more:\n\nb.cs:1\n", CommentPrompt.Of([Comment("b.cs", 1, 1, CommentSide.New, "x", "y")], " Once more: "), StringComparison.Ordinal);
    }

    [Fact]
    public void The_lines_of_a_comment_are_quoted_from_its_side_of_the_diff()
    {
        var file = new DiffFile(
            "a", OldPath: null, "modified", "1", "2", "100644", "100644", 2, 1, IsBinary: false, IsTooLarge: false,
            [new DiffHunkLines(10, 3, 20, 4, "", [" same", "-was", "+is", "+more", " end", "\\ No newline at end of file"])]);

        Assert.Equal("is\nmore", QuotedLines.Of(file, CommentSide.New, 21, 22, most: 10));
        Assert.Equal("same\nwas", QuotedLines.Of(file, CommentSide.Old, 9, 11, most: 10));
        Assert.Equal("same", QuotedLines.Of(file, CommentSide.New, 20, 23, most: 1));
        Assert.Equal("", QuotedLines.Of(file, CommentSide.New, 90, 91, most: 10));
    }

    [Theory]
    [InlineData(null, "Add a flag", "Add a flag")]
    [InlineData("A flag", "Add a flag", "A flag\n\nAdd a flag")]
    [InlineData(null, "Add a flag\nand tests", "Add a flag\n\nAdd a flag\nand tests")]
    public void A_landing_without_a_message_says_what_was_asked(string? title, string request, string message) =>
        Assert.Equal(message, LandingWords.Message(new Agent
        {
            Id = new AgentId("agt_1"),
            UserId = new UserId("usr_1"),
            Title = title,
            TaskRequest = request,
            ProgramId = "demo",
            CreatedAt = DateTimeOffset.UnixEpoch,
        }));

    private static ReviewComment Comment(string path, int line, int last, CommentSide side, string quote, string body) => new(
        new CommentId($"cmt_{path}{line}"), new AgentId("agt_1"), path, side, line, last, "hash", quote, body, CommentState.Draft, TurnId: null, new UserId("usr_1"),
        DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
}
