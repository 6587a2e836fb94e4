using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Infrastructure.Database;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.Agents.Editors;

/// <summary>The whole server with a repository in a folder of its own; programs and places are fakes.</summary>
public sealed class EditorServer(TestPostgres postgres) : TestServer(postgres)
{
    public const string Repository = "rep_edited";
    public const string Program = "prg_fake";

    private readonly FakeSteps _steps = new();

    internal FakeInstances Instances { get; } = new();

    /// <summary>What an editor has open.</summary>
    public string Directory => Path.Combine(DataFolder, "edited");

    protected override IEnumerable<string> Arguments => ["--Host:Enabled=false", "--Editors:MaxMessageBytes=70000", "--Editors:MaxMessageBytesBeforeLogin=4000", "--Editors:LoginWithin=00:00:02", "--Editors:MaxOpenRequests=8", "--Editors:MaxOpenSessions=6"];

    protected override void Replace(IServiceCollection services)
    {
        services.AddSingleton<IInstanceHost>(provider =>
            Instances.Link(_steps, (batch, cancellationToken) => provider.GetRequiredService<AgentOwners>().TakeAsync(batch, cancellationToken)));
        services.AddSingleton<IAgentPlaces>(new FakePlaces(_steps));
    }

    protected override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        System.IO.Directory.CreateDirectory(Path.Combine(Directory, "inner"));
        var database = Services.GetRequiredService<NpgsqlDataSource>();
        var user = (await Services.GetRequiredService<UserStore>().FirstAdministratorAsync(cancellationToken))?.Id;
        await database.CommandFor("insert into hosts (id, name, key_hash, is_local, created_at) values ('hst_bench', 'testbench', '\\x00', true, now())").RunAsync(cancellationToken);
        await database.CommandFor(
            """
            insert into repositories (id, owner, name, provider, host_id, path, default_branch, status, template_files, copy_files, created_by, created_at)
            values ($1, 'local', 'edited', 'directory', 'hst_bench', $2, 'main', 'ready', '{}', '{}', $3, now())
            """,
            Repository,
            Directory,
            user).RunAsync(cancellationToken);
        await database.CommandFor(
            """
            insert into agent_programs (id, name, command_template, acp_command, asking_patterns, sandbox, created_by, created_at)
            values ($1, 'Fake', null, 'fake', '{}', 'none', $2, now())
            """,
            Program,
            user).RunAsync(cancellationToken);
    }

    internal async Task<Agent> AgentAsync(string id) =>
        (await Services.GetRequiredService<AgentOwners>().FindAsync(new AgentId(id)))?.Current ?? throw new InvalidOperationException("There is no such agent.");

    internal async Task<FakeInstances.Machine> MachineAsync(string id) => Instances.Of(await AgentAsync(id));

    /// <summary>Adds a person with a role in the repository; a token of theirs.</summary>
    internal async Task<string> AddMemberAsync(string role, CancellationToken cancellationToken)
    {
        var token = await AddUserAsync($"{role} {Guid.NewGuid():n}", cancellationToken);
        await Services.GetRequiredService<NpgsqlDataSource>().CommandFor(
            "insert into repository_members (repository_id, user_id, role) select $1, user_id, $2 from access_tokens where token_hash = $3",
            Repository,
            role,
            new Secret(token).Hash).RunAsync(cancellationToken);
        return token;
    }

    /// <summary>Makes a text the token of the first user, as official examples bring theirs along.</summary>
    internal Task GiveTokenAsync(string text, CancellationToken cancellationToken) =>
        Services.GetRequiredService<NpgsqlDataSource>().CommandFor(
            """
            insert into access_tokens (id, user_id, kind, name, token_hash, created_at)
            select 'tok_given', id, 'program', 'given', $1, now() from users where is_administrator order by created_at limit 1 on conflict do nothing
            """,
            new Secret(text).Hash).RunAsync(cancellationToken);
}
