using System.Text;
using Atelier.Keeper.Native;

namespace Atelier.Keeper;

/// <summary>What the keeper has to say about its own work: sentences on standard error, which leads to keeper.log.</summary>
internal static unsafe class KeeperLog
{
    public static void Write(string sentence)
    {
        var line = Encoding.UTF8.GetBytes(
            string.Concat(TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null), " ", sentence, "\n"));
        fixed (byte* start = line)
        {
            // Nobody can be told when even this does not work.
            _ = Libc.Write(2, start, line.Length);
        }
    }
}
