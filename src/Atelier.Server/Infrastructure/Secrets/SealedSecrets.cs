using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Infrastructure.Secrets;

/// <summary>Secrets that must be readable again, as rows keep them: sealed with a key that lies beside the database, not in it.</summary>
/// <remarks>
/// A row is the nonce (12 bytes), the tag (16) and the text, by AES-GCM. The key is <c>&lt;data&gt;/secrets-key</c> (0600, 32 bytes), made when the first secret is
/// kept; with the key gone the secrets have to be said again.
/// </remarks>
internal sealed class SealedSecrets(IOptions<ServerOptions> options)
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly Lock _gate = new();
    private byte[]? _key;

    private string KeyFile => options.Value.DataFolder.SecretsKeyFile;

    public byte[] Seal(string secret)
    {
        var text = Encoding.UTF8.GetBytes(secret);
        var kept = new byte[NonceBytes + TagBytes + text.Length];
        RandomNumberGenerator.Fill(kept.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(Key(mayBeMade: true) ?? throw new InvalidOperationException("A key that may be made is there."), TagBytes);
        cipher.Encrypt(kept.AsSpan(0, NonceBytes), text, kept.AsSpan(NonceBytes + TagBytes), kept.AsSpan(NonceBytes, TagBytes));
        return kept;
    }

    /// <summary>The secret; null when the key that it was sealed with is not there any more.</summary>
    public string? Open(byte[] kept)
    {
        if (kept.Length < NonceBytes + TagBytes || Key(mayBeMade: false) is not { } key)
        {
            return null;
        }

        var text = new byte[kept.Length - NonceBytes - TagBytes];
        try
        {
            using var cipher = new AesGcm(key, TagBytes);
            cipher.Decrypt(kept.AsSpan(0, NonceBytes), kept.AsSpan(NonceBytes + TagBytes), kept.AsSpan(NonceBytes, TagBytes), text);
            return Encoding.UTF8.GetString(text);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private byte[]? Key(bool mayBeMade)
    {
        lock (_gate)
        {
            if (_key is null && File.Exists(KeyFile) && File.ReadAllBytes(KeyFile) is { Length: KeyBytes } kept)
            {
                _key = kept;
            }

            if (_key is null && mayBeMade)
            {
                var made = RandomNumberGenerator.GetBytes(KeyBytes);
                var temporary = $"{KeyFile}.new";
                File.Delete(temporary);
                using (var file = new FileStream(
                    temporary,
                    new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
                {
                    file.Write(made);
                    file.Flush(flushToDisk: true);
                }

                File.Move(temporary, KeyFile, overwrite: true);
                _key = made;
            }

            return _key;
        }
    }
}
