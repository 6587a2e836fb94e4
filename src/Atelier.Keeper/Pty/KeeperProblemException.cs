using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Pty;

/// <summary>The keeper cannot do what its launch asks.</summary>
internal sealed class KeeperProblemException(string code, string message) : Exception(message)
{
    public KeeperProblem Problem { get; } = new(code, message);
}
