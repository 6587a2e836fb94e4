using System.Globalization;
using System.Text.Json;

namespace Atelier.HostDaemon.AgentAdapters.Acp;

/// <summary>The kinds of commands that are answered. The numbers are the last four bits of request ids: they may be added to, never changed.</summary>
internal enum AcpRequestKind
{
    Initialize = 1,
    Authenticate = 2,
    NewSession = 3,
    LoadSession = 4,
    ResumeSession = 5,
    CloseSession = 6,
    Prompt = 7,
    SetMode = 8,
    SetOption = 9,
    ListSessions = 10,
    DeleteSession = 11,
    LogOut = 12,
}

/// <summary>Ids of our requests: what an answer is for can be told from its id alone, by a process that never saw the request (AL8).</summary>
internal static class AcpRequestIds
{
    private const int Kinds = 16;

    /// <summary>The largest sequence whose ids a program in JavaScript still tells apart.</summary>
    public const long MaxSequence = ((1L << 53) / Kinds) - 1;

    public static long Of(long sequence, AcpRequestKind kind) => (sequence * Kinds) + (int)kind;

    /// <summary>Reads the id of an answer, also one that came back as a string; false when it is none of ours.</summary>
    public static bool TryRead(JsonElement id, out long sequence, out AcpRequestKind kind)
    {
        (sequence, kind) = (0, default);
        var isNumber = id.ValueKind switch
        {
            JsonValueKind.Number => id.TryGetInt64(out sequence),
            JsonValueKind.String => long.TryParse(id.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out sequence),
            _ => false,
        };
        if (!isNumber || sequence < Kinds)
        {
            return false;
        }

        kind = (AcpRequestKind)(sequence % Kinds);
        sequence /= Kinds;
        return Enum.IsDefined(kind);
    }
}
