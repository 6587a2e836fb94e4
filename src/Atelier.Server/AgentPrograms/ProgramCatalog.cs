using System.Collections.Concurrent;
using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.AgentPrograms.Installing;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.Server.ModelProviders;
using Npgsql;

namespace Atelier.Server.AgentPrograms;

/// <summary>All programs, ours and people's, and whether a host has them.</summary>
internal sealed class ProgramCatalog(AgentProgramStore store, ProgramInstallStore installs, HostLinks links, HostMachines hosts, KnownModels models, TimeProvider clock)
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<HostId, (long At, IReadOnlySet<string> Asked, DetectedPrograms Found)> _found = new();

    public async Task<IReadOnlyList<AgentProgram>> AllAsync(CancellationToken cancellationToken) =>
        [.. BuiltInPrograms.All, .. await store.AllAsync(cancellationToken)];

    public async Task<AgentProgram?> FindAsync(AgentProgramId id, CancellationToken cancellationToken) =>
        BuiltInPrograms.All.FirstOrDefault(program => program.Id == id) ?? await store.FindAsync(id, cancellationToken);

    /// <summary>What the server's own machine has of programs, and what is being done about that.</summary>
    public async Task<FoundPrograms> InstalledAsync(IReadOnlyList<AgentProgram> programs, CancellationToken cancellationToken) => new(
        await DetectedAsync(programs, cancellationToken),
        (await installs.AllAsync(cancellationToken)).ToDictionary(one => one.Program),
        (await models.AllAsync(cancellationToken)).Count > 0);

    private async Task<DetectedPrograms?> DetectedAsync(IReadOnlyList<AgentProgram> programs, CancellationToken cancellationToken)
    {
        if ((await hosts.AllAsync(cancellationToken)).FirstOrDefault(host => host.IsLocal) is not { } local || links.Find(local.Id) is not { } link)
        {
            return null;
        }

        var names = programs.SelectMany(program => new[] { program.Executable, program.AcpExecutable }).OfType<string>().Where(name => name != AgentProgram.ModelProvider).ToHashSet(StringComparer.Ordinal);
        if (_found.TryGetValue(local.Id, out var known) && known.Asked.IsSupersetOf(names) && clock.GetElapsedTime(known.At) < s_lookAgain)
        {
            return known.Found;
        }

        try
        {
            var found = await link.RequestAsync(
                HostMethods.DetectPrograms,
                new DetectProgramsRequest([.. names]),
                HostJson.Default.DetectProgramsRequest,
                HostJson.Default.DetectedPrograms,
                cancellationToken);
            _found[local.Id] = (clock.GetTimestamp(), names, found);
            return found;
        }
        catch (Exception unknown) when (unknown is HostOfflineException or HostRefusedException)
        {
            return null;
        }
    }

    /// <summary>Adds a program within the caller's transaction, who tells the news and then calls <see cref="Forget"/>.</summary>
    public Task AddAsync(NpgsqlConnection connection, AgentProgram program, UserId by, CancellationToken cancellationToken) =>
        store.SaveAsync(connection, program, by, cancellationToken);

    /// <summary>Looks again at the next call: programs changed.</summary>
    public void Forget() => _found.Clear();
}
