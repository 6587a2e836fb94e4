using Atelier.Protocol.Layout;
using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Accounts.Login;

/// <summary>
/// Makes the first account, and keeps a token of an administrator in the data folder, for the CLI of whoever may read
/// it.
/// </summary>
internal sealed partial class FirstUser(
    Installation installation,
    UserStore users,
    AccessTokenStore tokens,
    AuditLog audit,
    IOptions<ServerOptions> options,
    ILogger<FirstUser> log) : IHostedService
{
    private readonly DataFolder _data = options.Value.DataFolder;

    private string TokenName => $"{_data.TokenFile} on {Environment.MachineName}";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await installation.ReadAsync(cancellationToken);
        await users.CreateFirstAsync(DisplayName.Clean(Environment.UserName) ?? "First user", cancellationToken);
        if (!await FileHasValidTokenAsync(cancellationToken)
            && await users.FirstAdministratorAsync(cancellationToken) is { } administrator)
        {
            await WriteTokenAsync(administrator, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> FileHasValidTokenAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_data.TokenFile))
        {
            return false;
        }

        var secret = new Secret((await File.ReadAllTextAsync(_data.TokenFile, cancellationToken)).Trim());
        return await tokens.FindAsync(secret, cancellationToken) is { User.IsAdministrator: true };
    }

    // Who deletes the file wants the token gone, so the one that was in it ends here.
    private async Task WriteTokenAsync(User administrator, CancellationToken cancellationToken)
    {
        await tokens.DeleteNamedAsync(administrator.Id, TokenName, cancellationToken);
        var (token, secret) = await tokens.CreateAsync(
            administrator.Id, AccessTokenKind.Program, TokenName, expiresAt: null, cancellationToken);
        var half = $"{_data.TokenFile}.half";
        File.Delete(half);
        await using (var file = new FileStream(half, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"{secret.Text}\n"), cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(half, _data.TokenFile, overwrite: true);
        await audit.WriteAsync(
            new AuditEntry(Actor.Server, "token-created", "token", token.Id.Value, new { administrator.Id, token.Name }),
            cancellationToken);
        LogWritten(_data.TokenFile, administrator.DisplayName);
    }

    [LoggerMessage(LogLevel.Information, "Wrote a new token of {DisplayName} to {File}")]
    private partial void LogWritten(string file, string displayName);
}
