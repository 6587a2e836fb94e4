namespace Atelier.Keeper.Socket;

/// <summary>A client broke a rule of KeeperLink; it is told the sentence and let go (KL2).</summary>
internal sealed class BrokenProtocolException(string message) : Exception(message);
