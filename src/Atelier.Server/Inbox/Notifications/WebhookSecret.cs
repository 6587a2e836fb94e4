using System.Security.Cryptography;
using System.Text;
using Atelier.Server.Infrastructure;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Inbox.Notifications;

/// <summary>What webhooks are signed with: the one that is set, else one of the data folder, made when it is first needed.</summary>
internal sealed class WebhookSecret(IOptions<InboxOptions> options, IOptions<ServerOptions> server)
{
    private const int Bytes = 32;

    private readonly string _file = System.IO.Path.Combine(server.Value.DataFolder.Path, "webhook-secret");

    public async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        if (options.Value.WebhookSecret is { Length: > 0 } set)
        {
            return set;
        }

        if (!File.Exists(_file))
        {
            var half = $"{_file}.half";
            File.Delete(half);
            await using (var file = new FileStream(half, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                await file.WriteAsync(Encoding.ASCII.GetBytes($"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes))}\n"), cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(half, _file, overwrite: true);
        }

        return (await File.ReadAllTextAsync(_file, cancellationToken)).Trim();
    }
}
