using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Launch;

/// <summary>The worker's process cannot be started; the starter is told why.</summary>
internal sealed class LaunchException(string code, string message) : Exception(message)
{
    public KeeperProblem Problem { get; } = new(code, message);

    public static LaunchException Log(string what, int error) =>
        new("log-unusable", $"{what}: {Errno.Describe(error)}. Check the folder's rights and the free space.");

    public static LaunchException Spawn(string what, int error) => new("spawn", $"{what}: {Errno.Describe(error)}.");
}
