namespace Atelier.Server.Hosts;

/// <summary>A host that is needed has no link just now. It may be back any moment.</summary>
internal sealed class HostOfflineException(string message) : Exception(message);

/// <summary>A host could not, or would not, do what it was asked.</summary>
/// <param name="code">Stable word of HostLink (HL3).</param>
/// <param name="message">For a person.</param>
/// <param name="host">Name of the host.</param>
internal sealed class HostRefusedException(string code, string message, string host) : Exception(message)
{
    public string Code { get; } = code;

    public string Host { get; } = host;
}
