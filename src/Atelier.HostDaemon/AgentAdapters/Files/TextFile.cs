using System.Text;
using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.AgentAdapters.Files;

/// <summary>A text file as it is on disk and as programs see it: they get neither byte order mark nor \r\n, and what they write gets both back.</summary>
/// <param name="Raw">Its text with the line ends that it has, without byte order mark.</param>
/// <param name="HasMark">Whether it begins with a byte order mark.</param>
/// <param name="HasReturns">Whether every line ends with \r\n, and there is one.</param>
internal sealed record TextFile(string Raw, bool HasMark, bool HasReturns)
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A file that is not there yet.</summary>
    public static TextFile New { get; } = new("", HasMark: false, HasReturns: false);

    /// <summary>Its text as programs see it.</summary>
    public string Text => HasReturns ? Raw.Replace("\r\n", "\n", StringComparison.Ordinal) : Raw;

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <exception cref="JsonRpcException">It is no text.</exception>
    public static TextFile Parse(byte[] bytes, string path)
    {
        var hasMark = bytes.AsSpan().StartsWith(Mark);
        try
        {
            var text = bytes.AsSpan().Contains((byte)0) ? throw NoText(path) : s_strict.GetString(bytes.AsSpan(hasMark ? Mark.Length : 0));
            return new TextFile(text, hasMark, HasOnlyReturns(text));
        }
        catch (DecoderFallbackException)
        {
            throw NoText(path);
        }
    }

    /// <summary>Text of a program in the shape of this file.</summary>
    public byte[] Encode(string text) =>
        EncodeRaw(HasReturns && !text.Contains('\r', StringComparison.Ordinal) ? text.Replace("\n", "\r\n", StringComparison.Ordinal) : text);

    /// <summary>Text with the line ends that it is to have.</summary>
    public byte[] EncodeRaw(string text)
    {
        var mark = HasMark && !text.StartsWith('\uFEFF') ? Mark : [];
        return [.. mark, .. Encoding.UTF8.GetBytes(text)];
    }

    private static bool HasOnlyReturns(string text)
    {
        var ends = 0;
        for (var at = text.IndexOf('\n', StringComparison.Ordinal); at >= 0; at = text.IndexOf('\n', at + 1))
        {
            if (at == 0 || text[at - 1] != '\r')
            {
                return false;
            }

            ends++;
        }

        return ends > 0;
    }

    private static JsonRpcException NoText(string path) => new(LinkRefusals.NotText, $"{path} is not text in UTF-8; only that is read and written.");
}
