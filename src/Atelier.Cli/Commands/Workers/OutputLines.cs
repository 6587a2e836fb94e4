using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Atelier.Cli.Commands.Workers;

/// <summary>A worker's output as lines of JSON; what is not UTF-8 is told in base64, as on the worker's socket.</summary>
/// <remarks>
/// <code>
/// {"offset":0,"data":"hello\r\n"}
/// {"offset":7,"dataBase64":"/w=="}
/// {"gap":{"from":8,"to":4096}}
/// </code>
/// A character that comes in two parts is told with the second one.
/// </remarks>
internal sealed class OutputLines
{
    private byte[] _begun = [];
    private long _next;

    /// <summary>The line for these bytes; null while a character is not whole.</summary>
    public string? Add(long offset, ReadOnlySpan<byte> bytes)
    {
        byte[] all = [.. _begun, .. bytes];
        var start = offset - _begun.Length;
        var whole = Rune.DecodeLastFromUtf8(all, out _, out var last) == OperationStatus.NeedMoreData ? all.Length - last : all.Length;
        (_begun, _next) = (all[whole..], start + whole);
        return whole == 0 ? null : Line(start, all.AsSpan(0, whole));
    }

    /// <summary>The line for what never became whole; null when there is nothing.</summary>
    public string? End()
    {
        var begun = _begun;
        _begun = [];
        return begun.Length == 0 ? null : Line(_next, begun);
    }

    public static string Gap(long from, long to) => $$$"""{"gap":{"from":{{{from}}},"to":{{{to}}}}}""";

    private static string Line(long offset, ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes)
        ? $$"""{"offset":{{offset}},"data":"{{JsonEncodedText.Encode(bytes)}}"}"""
        : $$"""{"offset":{{offset}},"dataBase64":"{{Convert.ToBase64String(bytes)}}"}""";
}
