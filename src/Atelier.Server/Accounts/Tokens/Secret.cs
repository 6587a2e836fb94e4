using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Atelier.Server.Accounts.Tokens;

/// <summary>
/// What proves who calls: 256 random bits. Only its hash is stored; as nobody can guess it, a plain hash suffices.
/// </summary>
internal readonly record struct Secret(string Text)
{
    // Lets people and scanners recognise one where it does not belong.
    private const string Mark = "atl_";

    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    public static Secret New() => new(Mark + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>One that follows from something secret.</summary>
    public static Secret Of(ReadOnlySpan<byte> bytes) => new(Mark + Base64Url.EncodeToString(bytes));

    /// <summary>Keeps the secret out of logs that print the record.</summary>
    public override string ToString() => $"{Mark}…";
}
