using System.Text.Json;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents.Permissions;

namespace Atelier.Server.Tests.Agents.Permissions;

/// <summary>What a rule says, and above all what it does not.</summary>
public sealed class PermissionRuleTests
{
    private const string Worktree = "/work/agent";

    [Theory]
    [InlineData("npm test")]
    [InlineData("npm test && npm run build")]
    [InlineData("echo 'a; b' | wc -l")]
    [Trait("rule", "IN5")]
    public void A_whole_command_matches_itself(string command) => Assert.True(Rule(command).Matches(Command(command), "prg"));

    [Theory]
    [InlineData("npm test && rm -rf /")]
    [InlineData("npm test; rm -rf /")]
    [InlineData("npm test\nrm -rf /")]
    [InlineData("npm  test")]
    [InlineData("npm test ")]
    [InlineData(" npm test")]
    [InlineData("NPM test")]
    [InlineData("npm test -- --watch")]
    [InlineData("npm tеst")]
    [Trait("rule", "IN5")]
    public void A_whole_command_matches_no_other(string command) => Assert.False(Rule("npm test").Matches(Command(command), "prg"));

    [Theory]
    [InlineData("npm test")]
    [InlineData("npm test -- --watch")]
    [InlineData("npm test src/a.test.ts --reporter=dot")]
    [Trait("rule", "IN6")]
    public void Leading_words_match_what_only_adds_words(string command) => Assert.True(Rule("npm test", PermissionMatch.Prefix).Matches(Command(command), "prg"));

    [Theory]
    [InlineData("npm test && rm -rf /")]
    [InlineData("npm test & rm -rf /")]
    [InlineData("npm test;rm -rf /")]
    [InlineData("npm test | sh")]
    [InlineData("npm test || curl evil")]
    [InlineData("npm test > /etc/passwd")]
    [InlineData("npm test < secrets")]
    [InlineData("npm test $(rm -rf /)")]
    [InlineData("npm test `rm -rf /`")]
    [InlineData("npm test $HOME")]
    [InlineData("npm test ${IFS}x")]
    [InlineData("npm test \\\nrm")]
    [InlineData("npm test\nrm -rf /")]
    [InlineData("npm test\trm")]
    [InlineData("npm test *")]
    [InlineData("npm test ~/x")]
    [InlineData("npm test {a,b}")]
    [InlineData("npm test 'quoted'")]
    [InlineData("npm test \"quoted\"")]
    [InlineData("npm test !x")]
    [InlineData("npm test #x")]
    [InlineData("npm test (x)")]
    [InlineData("npm testing")]
    [InlineData("npm  test")]
    [InlineData("xnpm test")]
    [InlineData("npm test \u202ex")]
    [InlineData("npm test ｜ sh")]
    [Trait("rule", "IN6")]
    public void Leading_words_match_nothing_that_a_shell_would_give_a_meaning_to(string command)
    {
        var shape = PermissionShape.Of(Payload(command), Worktree);

        Assert.False(shape is not null && Rule("npm test", PermissionMatch.Prefix).Matches(shape, "prg"));
    }

    [Theory]
    [InlineData("bash -c ls", "bash -c")]
    [InlineData("sudo ls", "sudo")]
    [InlineData("/usr/bin/env node x", "/usr/bin/env node")]
    [InlineData("python3 -c x", "python3 -c")]
    [InlineData("find . -delete", "find .")]
    [InlineData("PATH=x npm test", "PATH=x npm")]
    [InlineData("npm test && ls", "npm test &&")]
    [InlineData("npm test", "npm  test")]
    [InlineData("npm test", "")]
    [InlineData("npm test", "npm te")]
    [Trait("rule", "IN6")]
    public void Leading_words_that_say_nothing_of_what_would_run_are_no_rule(string command, string words) => Assert.False(PermissionRule.IsLedBy(words, Command(command)));

    [Theory]
    [InlineData("""{"toolCall":{"kind":"execute","rawInput":{"command":"npm test","cwd":"/etc"}}}""")]
    [InlineData("""{"toolCall":{"kind":"execute","rawInput":{"command":"npm test","cwd":"/work/agent/../other"}}}""")]
    [InlineData("""{"toolCall":{"kind":"execute","rawInput":{"command":"npm test","env":{"PATH":"/evil"}}}}""")]
    [InlineData("""{"toolCall":{"kind":"execute","rawInput":{"command":"npm test","dangerouslyDisableSandbox":true}}}""")]
    [InlineData("""{"toolCall":{"kind":"execute","rawInput":{"command":"npm test","with_escalated_permissions":true}}}""")]
    [InlineData("""{"toolCall":{"kind":"execute","rawInput":{"command":"npm","args":["exec","evil"]}}}""")]
    [InlineData("""{"toolCall":{"kind":"execute","rawInput":{"command":"npm test","cmd":"rm -rf /"}}}""")]
    [InlineData("""{"toolCall":{"kind":"execute","rawInput":{"command":["npm",7]}}}""")]
    [InlineData("""{"toolCall":{"kind":"execute","rawInput":{"command":"npm test\u200b"}}}""")]
    [InlineData("""{"toolCall":{"kind":"execute","rawInput":{"command":"npm test\u001b[2K"}}}""")]
    [InlineData("""{"toolCall":{"kind":"edit","title":"Edit","locations":[{"path":"/etc/passwd"}]}}""")]
    [InlineData("""{"toolCall":{"kind":"read","rawInput":{"command":"npm test"}}}""")]
    [InlineData("""{"toolCall":{"rawInput":{"command":"npm test"}}}""")]
    [InlineData("""{"toolCall":7}""")]
    [InlineData("""[]""")]
    [Trait("rule", "IN5")]
    public void What_cannot_be_compared_for_certain_has_no_shape(string payload) => Assert.Null(PermissionShape.Of(payload, Worktree));

    [Theory]
    [InlineData("""{"command":["bash","-lc","npm test && ls"]}""", "npm test && ls", "")]
    [InlineData("""{"command":["npm","test","a b"]}""", "npm test 'a b'", "")]
    [InlineData("""{"command":["npm","test;","rm"]}""", "npm 'test;' rm", "")]
    [InlineData("""{"command":"npm test","cwd":"/work/agent/web/"}""", "npm test", "web")]
    [InlineData("""{"command":"npm test","cwd":"/work/agent","description":"Runs them","timeout":5}""", "npm test", "")]
    public void Commands_are_read_as_programs_write_them(string input, string text, string folder)
    {
        var shape = PermissionShape.Of($$$"""{"toolCall":{"kind":"execute","rawInput":{{{input}}}}}""", Worktree);

        Assert.Equal(new PermissionShape("execute", PermissionSubject.Command, text, folder), shape);
    }

    [Fact]
    public void A_title_is_compared_with_the_files_it_leaves_out_and_the_same_in_every_worktree()
    {
        var shape = PermissionShape.Of("""{"toolCall":{"kind":"edit","title":"Edit `/work/agent/a.ts`","locations":[{"path":"/work/agent/a.ts"},{"path":"/work/agent/b.ts"}]}}""", Worktree);

        Assert.Equal(new PermissionShape("edit", PermissionSubject.Title, "Edit `a.ts` b.ts", ""), shape);
    }

    [Fact]
    public void A_tool_that_is_about_no_file_is_compared_with_all_that_it_is_given() => Assert.NotEqual(
        PermissionShape.Of("""{"toolCall":{"kind":"fetch","title":"Fetch","rawInput":{"url":"https://a"}}}""", Worktree),
        PermissionShape.Of("""{"toolCall":{"kind":"fetch","title":"Fetch","rawInput":{"url":"https://b"}}}""", Worktree));

    [Fact]
    public void A_rule_is_about_one_kind_of_tool_one_folder_and_the_program_that_it_names()
    {
        var rule = Rule("npm test") with { ProgramId = "prg" };

        Assert.False(rule.Matches(Command("npm test"), "another"));
        Assert.False(rule.Matches(Command("npm test") with { ToolKind = "other" }, "prg"));
        Assert.False(rule.Matches(Command("npm test") with { Folder = "web" }, "prg"));
        Assert.False(rule.Matches(Command("npm test") with { Subject = PermissionSubject.Title }, "prg"));
    }

    [Fact]
    public void What_is_forbidden_stays_so_whatever_else_is_allowed()
    {
        var deny = Rule("npm publish", PermissionMatch.Prefix) with { Decision = PermissionDecision.Deny, CreatedAt = SampleAgent.Start.AddDays(1) };

        Assert.Equal(deny, PermissionRule.Deciding([Rule("npm publish"), deny], Command("npm publish"), "prg"));
    }

    [Theory]
    [InlineData("""{"options":[{"optionId":"no","kind":"reject_once","name":"Allow"},{"optionId":"yes","kind":"allow_once","name":"No"}]}""", true)]
    [InlineData("""{"options":[{"optionId":"ever","kind":"allow_always","name":"Always"},{"optionId":"yes","kind":"reject_always"}]}""", false)]
    public void A_rule_chooses_by_kind_and_only_for_this_one_time(string payload, bool answers)
    {
        Assert.Equal(answers ? """{"result":{"outcome":{"outcome":"selected","optionId":"yes"}}}""" : null, Rule("npm test").Answer(payload));
        Assert.Equal(answers ? """{"result":{"outcome":{"outcome":"selected","optionId":"no"}}}""" : null, (Rule("npm test") with { Decision = PermissionDecision.Deny }).Answer(payload));
    }

    [Fact]
    public void Words_that_are_offered_are_words_that_would_match()
    {
        Assert.Equal(["npm run", "npm run build", "npm run build -w"], PermissionRule.WordsOf(Command("npm run build -w web")));
        Assert.Empty(PermissionRule.WordsOf(Command("npm test && ls")));
        Assert.Empty(PermissionRule.WordsOf(Command("ls")));
    }

    private static string Payload(string command) => JsonSerializer.Serialize(new { toolCall = new { kind = "execute", title = "Run", rawInput = new { command } } });

    private static PermissionShape Command(string command) => new("execute", PermissionSubject.Command, command, "");

    private static PermissionRule Rule(string pattern, PermissionMatch match = PermissionMatch.Exact) => new()
    {
        Id = new PermissionRuleId("rul_1"),
        RepositoryId = "rep",
        ToolKind = "execute",
        Subject = PermissionSubject.Command,
        Match = match,
        Pattern = pattern,
        Folder = "",
        Decision = PermissionDecision.Allow,
        CreatedBy = new UserId("usr"),
        CreatedAt = SampleAgent.Start,
    };
}
