namespace Atelier.Server.Infrastructure;

/// <summary>The server cannot start, for a reason that the person who starts it can do something about.</summary>
internal sealed class StartProblemException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether starting again, with nothing changed, may help.</summary>
    public bool MayPass { get; init; }
}
