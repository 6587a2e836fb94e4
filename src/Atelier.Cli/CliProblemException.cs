namespace Atelier.Cli;

/// <summary>Something the caller must know and can mend; ends the command with its message.</summary>
internal sealed class CliProblemException(string message, int exitCode = ExitCodes.Refused) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
