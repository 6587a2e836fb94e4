using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Accounts.Users;
using Atelier.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Server.Tests;

/// <summary>
/// The whole server in this process: real Kestrel on a free port, real PostgreSQL with a database of its own. A class
/// fixture.
/// </summary>
public class TestServer(TestPostgres postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _data = new();
    private string? _database;
    private WebApplication? _server;
    private HttpClient? _http;

    /// <summary>Its address: <c>http://127.0.0.1:PORT</c>.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Calls it without any credential.</summary>
    public HttpClient Http => _http ?? throw new InvalidOperationException("The server does not run.");

    public IServiceProvider Services =>
        _server?.Services ?? throw new InvalidOperationException("The server does not run.");

    public string DataFolder => _data.Path;

    /// <summary>The token of the first user, who is administrator.</summary>
    public string Token => File.ReadAllText(_data["token"]).Trim();

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await StartAsync(TestContext.Current.CancellationToken);
        await PrepareAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Stops it and starts another one on the same data folder and database.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await StopAsync();
        await StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _data.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// More of its command line. Unless a test says otherwise, no host daemon is started, which would outlive the test.
    /// </summary>
    protected virtual IEnumerable<string> Arguments => ["--Host:Enabled=false"];

    /// <summary>Puts fakes in the places of what is outside.</summary>
    protected virtual void Replace(IServiceCollection services)
    {
    }

    /// <summary>Makes what all tests of the class need; once, when the server runs.</summary>
    protected virtual Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _server = ServerApplication.Build(
            ["--data", _data.Path, "--port", "0", "--database", _database ?? "", "--Host:Enabled=false", .. Arguments], Replace);
        await _server.StartAsync(cancellationToken);
        var addresses = _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        Address = new Uri(Assert.Single(addresses?.Addresses ?? []));
        _http = Client();
    }

    /// <summary>A client of its own, with no cookies and no redirects unless the test adds them.</summary>
    /// <param name="token">Sent as bearer; null: nobody.</param>
    public HttpClient Client(string? token = null)
    {
#pragma warning disable RS0030 // a test's own client
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = Address,
        };
#pragma warning restore RS0030
        client.DefaultRequestHeaders.Authorization = token is null ? null : new("Bearer", token);
        return client;
    }

    /// <summary>Adds a person who is no administrator; a token of theirs.</summary>
    public async Task<string> AddUserAsync(string name, CancellationToken cancellationToken)
    {
        var (_, code) = await Services.GetRequiredService<InviteStore>()
            .CreateAsync(await FirstUserAsync(cancellationToken), name, cancellationToken);
        var user = await Services.GetRequiredService<InviteStore>().AcceptAsync(code, name, cancellationToken);
        Assert.NotNull(user);
        var (_, secret) = await Services.GetRequiredService<AccessTokenStore>()
            .CreateAsync(user.Id, AccessTokenKind.Program, "test", expiresAt: null, cancellationToken);
        return secret.Text;
    }

    private async Task StopAsync()
    {
        _http?.Dispose();
        if (_server is not null)
        {
            await _server.StopAsync(CancellationToken.None);
            await _server.DisposeAsync();
        }
    }

    private async Task<UserId> FirstUserAsync(CancellationToken cancellationToken) =>
        (await Services.GetRequiredService<UserStore>().FirstAdministratorAsync(cancellationToken))?.Id
        ?? throw new InvalidOperationException("There is nobody.");
}
