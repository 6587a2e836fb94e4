namespace Atelier.Cli;

/// <summary>What the CLI's exit codes mean; scripts rely on them.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>The server, or this machine, refused or could not do it; the message says why.</summary>
    public const int Refused = 1;

    /// <summary>The command line is not understood.</summary>
    public const int Usage = 2;

    /// <summary>No server answers.</summary>
    public const int NoServer = 3;

    /// <summary>Nothing was landed, because git cannot merge by itself.</summary>
    public const int Conflicts = 4;
}
