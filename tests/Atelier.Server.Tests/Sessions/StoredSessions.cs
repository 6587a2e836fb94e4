using Atelier.Server.Accounts.Users;
using Atelier.Server.Hosts;
using Atelier.Server.Sessions;
using Atelier.Server.Sessions.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Server.Tests.Sessions;

/// <summary>Sessions that are rows, without a host that would run anything.</summary>
internal static class StoredSessions
{
    /// <summary>Adds a quick session of the first user, with two agents that ran when they were last heard of.</summary>
    public static async Task<Session> AddSessionAsync(this TestServer server, CancellationToken cancellationToken)
    {
        var clock = server.Services.GetRequiredService<TimeProvider>();
        var host = await server.Services.GetRequiredService<HostStore>().LocalAsync("a key", cancellationToken);
        var creator = await server.Services.GetRequiredService<UserStore>().FirstAdministratorAsync(cancellationToken);
        var session = new Session
        {
            Id = SessionId.New(clock),
            Type = SessionType.Quick,
            HostId = host.Id,
            LocationPath = "/tmp",
            CreatedBy = creator!.Id, // there always is one
            CreatedAt = clock.GetUtcNow(),
            Workers = [Running("one"), Running("two")],
        };
        await server.Services.GetRequiredService<SessionStore>().SaveAsync(session, cancellationToken);
        return session;

        Worker Running(string name) => new()
        {
            Id = WorkerId.New(clock),
            Type = WorkerType.Agent,
            Name = name,
            Status = WorkerStatus.Running,
            Epoch = 1,
            Cols = 80,
            Rows = 24,
            CreatedAt = clock.GetUtcNow(),
        };
    }
}
