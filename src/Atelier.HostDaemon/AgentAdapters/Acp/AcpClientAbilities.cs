namespace Atelier.HostDaemon.AgentAdapters.Acp;

/// <summary>What programs are told that we can do for them; each is for the server to answer.</summary>
internal sealed record AcpClientAbilities
{
    /// <summary>What this build says.</summary>
    public static AcpClientAbilities Own { get; } = new()
    {
        ReadsFiles = true,
        WritesFiles = true,
        Terminals = true,
        Forms = true,
        Addresses = true,
        BooleanOptions = true,
        TerminalLogins = true,
        ShownTerminals = true,
    };

    /// <summary>fs/read_text_file.</summary>
    public bool ReadsFiles { get; init; }

    /// <summary>fs/write_text_file.</summary>
    public bool WritesFiles { get; init; }

    /// <summary>All of terminal/*.</summary>
    public bool Terminals { get; init; }

    /// <summary>elicitation/create with a form.</summary>
    public bool Forms { get; init; }

    /// <summary>elicitation/create with an address that a person opens.</summary>
    public bool Addresses { get; init; }

    /// <summary>Logins that run in a terminal.</summary>
    public bool TerminalLogins { get; init; }

    /// <summary>Terminals of the program's own whose output it says beside its tool calls (_meta.terminal_output).</summary>
    public bool ShownTerminals { get; init; }

    /// <summary>Options of sessions that are on or off.</summary>
    public bool BooleanOptions { get; init; }
}
