using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Tests.Accounts;

public sealed class AccessDecisionTests
{
    [Fact]
    public void Strangers_pass_only_where_the_rule_says_so()
    {
        Assert.Equal(AccessDecision.Allowed, Decide(new AccessRule.Anonymous("a reason"), isLoggedIn: false));
        Assert.Equal(AccessDecision.NotLoggedIn, Decide(new AccessRule.AnyUser(), isLoggedIn: false));
        Assert.Equal(AccessDecision.NotLoggedIn, Decide(Access.Administrator, isLoggedIn: false));
        Assert.Equal(AccessDecision.NotLoggedIn, Decide(Access.Repository(Role.Viewer), isLoggedIn: false));
    }

    [Fact]
    public void Administrators_alone_administrate()
    {
        Assert.Equal(AccessDecision.Allowed, Decide(Access.Administrator, isAdministrator: true));
        Assert.Equal(AccessDecision.Forbidden, Decide(Access.Administrator));
    }

    [Fact]
    public void Programs_are_run_by_who_may_and_by_no_stranger()
    {
        Assert.Equal(AccessDecision.Allowed, Decide(Access.RunsPrograms, mayRunPrograms: true));
        Assert.Equal(AccessDecision.Forbidden, Decide(Access.RunsPrograms));
        Assert.Equal(AccessDecision.NotLoggedIn, Decide(Access.RunsPrograms, isLoggedIn: false));
    }

    [Fact]
    public void Who_may_not_know_of_a_thing_hears_that_there_is_none() =>
        Assert.Equal(AccessDecision.NotFound, Decide(Access.Session(Role.Viewer), role: null));

    // What each role (across) may do where a role (down) is needed.
    [Theory]
    [InlineData("viewer", true, true, true)]
    [InlineData("editor", false, true, true)]
    [InlineData("owner", false, false, true)]
    public void A_role_includes_the_ones_before_it(string needed, bool viewer, bool editor, bool owner)
    {
        var rule = Access.Repository(Enum.Parse<Role>(needed, ignoreCase: true));

        Assert.Equal(
            [viewer, editor, owner],
            new[] { Role.Viewer, Role.Editor, Role.Owner }.Select(role => Decide(rule, role: role) == AccessDecision.Allowed));
    }

    private static AccessDecision Decide(
        AccessRule rule, bool isLoggedIn = true, bool isAdministrator = false, bool mayRunPrograms = false, Role? role = null) =>
        AccessDecisions.For(rule, isLoggedIn ? new CallerRights(isAdministrator, mayRunPrograms, role) : null);
}
