using System.Security.Cryptography;
using System.Text;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents.ZedSync;

internal enum ZedEntryKind
{
    Text,
    ToolCall,

    /// <summary>The person's side: what we asked, or what was typed in Zed.</summary>
    User,
}

/// <summary>What tells entries apart. Zed's own number of an entry does not: it is used again, and with other contents after a restart.</summary>
/// <param name="ThreadId">The thread.</param>
/// <param name="ZedThreadId">Zed's id of the conversation; empty for a prompt of ours.</param>
/// <param name="RequestId">The turn's request; empty for none.</param>
/// <param name="MessageId">Zed's number of the entry.</param>
internal readonly record struct ZedEntryKey(ThreadId ThreadId, string ZedThreadId, string RequestId, string MessageId);

/// <summary>How much of an entry stands in the events. Zed tells entries whole and more than once; what is new follows from this and from nothing else.</summary>
/// <param name="Key">Which.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Length">Characters of its text that are told.</param>
/// <param name="Hash">Of them.</param>
/// <param name="Parts">Messages and thoughts that they were told as.</param>
/// <param name="Title">A tool call's; null for others.</param>
/// <param name="Status">A tool call's, as it is told; null for others.</param>
internal sealed record ZedEntry(ZedEntryKey Key, ZedEntryKind Kind, int Length, string Hash, int Parts = 0, string? Title = null, string? Status = null)
{
    /// <summary>Whether a text begins with all that is told.</summary>
    public bool Begins(string text) => text.Length >= Length && HashOf(text.AsSpan(0, Length)) == Hash;

    /// <summary>A prompt as it is sent, so that it is known when Zed tells the conversation again.</summary>
    public static ZedEntry OfPrompt(AgentThread thread, Turn turn, string text) =>
        new(new ZedEntryKey(thread.Id, "", turn.RequestId, ""), ZedEntryKind.User, text.Length, HashOf(text));

    public static string HashOf(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }
}
