using System.Net;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Accounts.Login;

/// <summary>
/// Other machines reach the server only when a person has taken an account: nobody leaves an unclaimed one open to a
/// network.
/// </summary>
internal sealed class OpenBindRule(UserStore users, IOptions<ServerOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var address = IPAddress.Parse(options.Value.Bind);
        if (!IPAddress.IsLoopback(address) && !await users.AnyClaimedAsync(cancellationToken))
        {
            throw new StartProblemException(
                $"The server does not listen on {address}, which other machines can reach, before somebody has logged in. "
                + "Start it with --bind 127.0.0.1, open the login link once, and start it again.");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
