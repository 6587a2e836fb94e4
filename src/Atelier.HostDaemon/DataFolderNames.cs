using System.Text.RegularExpressions;
using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon;

/// <summary>Which ids may become names in the data folder.</summary>
internal static partial class DataFolderNames
{
    /// <summary>Refuses an id that is not one plain path segment.</summary>
    public static void ThrowIfUnfit(string id)
    {
        if (!IsFit(id))
        {
            throw new JsonRpcException(
                LinkRefusals.Invalid, $"'{id}' is not an id: letters, digits, '_', '-' and '.', at most 255, not beginning with a dot.");
        }
    }

    /// <summary>Whether an id is one plain path segment.</summary>
    public static bool IsFit(string id) => Fit().IsMatch(id);

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,254}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fit();
}
