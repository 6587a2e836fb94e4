using System.Threading.Channels;
using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Accounts.Users;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Atelier.Server.Tests.Accounts;

/// <summary>What is open ends with the token that opened it.</summary>
public sealed class TokenExpiryTests(TestServer server) : IClassFixture<TestServer>
{
    private readonly ManualTime _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private AccessTokenStore Tokens => new(server.Services.GetRequiredService<NpgsqlDataSource>(), _time);

    [Fact]
    [Trait("rule", "WS12")]
    public async Task What_was_opened_with_a_token_ends_when_the_token_expires()
    {
        var user = await UserAsync(AccessTokenKind.Program, TimeSpan.FromHours(1));
        using var watching = Watch(user, out var looks);

        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.False(looks.TryRead(out _));
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(await NextAsync(looks));
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    [Trait("rule", "WS12")]
    public async Task A_browser_that_was_used_meanwhile_stays_until_its_new_end()
    {
        var user = await UserAsync(AccessTokenKind.Browser, TimeSpan.FromHours(1));
        using var watching = Watch(user, out var looks);

        await Tokens.TouchAsync(user.Token, Cancel);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(await NextAsync(looks));
        for (var day = 0; day < AccessTokenStore.BrowserLife.Days - 1; day++)
        {
            _time.Advance(TimeSpan.FromDays(1)); // no timer of the system reaches to the end
            Assert.NotNull(await NextAsync(looks));
        }

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await NextAsync(looks));
    }

    [Fact]
    public async Task A_token_without_an_end_is_not_looked_at()
    {
        using var watching = Watch(await UserAsync(AccessTokenKind.Program, life: null), out _);

        Assert.Equal(0, _time.ActiveTimers);
    }

    private IDisposable Watch(CurrentUser user, out ChannelReader<CurrentUser?> looks)
    {
        var looked = Channel.CreateUnbounded<CurrentUser?>();
        looks = looked.Reader;
        return new AccessChanges(Tokens, _time, NullLogger<AccessChanges>.Instance).Watch(user, now => looked.Writer.WriteAsync(now, Cancel).AsTask());
    }

    private static Task<CurrentUser?> NextAsync(ChannelReader<CurrentUser?> looks) => Patience.For(looks.ReadAsync(Cancel).AsTask(), "another look at the token");

    private async Task<CurrentUser> UserAsync(AccessTokenKind kind, TimeSpan? life)
    {
        var user = await server.Services.GetRequiredService<UserStore>().FirstAdministratorAsync(Cancel);
        var (token, _) = await Tokens.CreateAsync(user!.Id, kind, "test", _time.GetUtcNow() + life, Cancel); // there always is one
        return new CurrentUser(user, token, Credential.Bearer);
    }
}
