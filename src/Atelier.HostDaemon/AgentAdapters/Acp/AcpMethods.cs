namespace Atelier.HostDaemon.AgentAdapters.Acp;

/// <summary>Method names of the Agent Client Protocol, version 1.</summary>
internal static class AcpMethods
{
    // What we ask the program.
    public const string Initialize = "initialize";
    public const string Authenticate = "authenticate";
    public const string NewSession = "session/new";
    public const string LoadSession = "session/load";
    public const string ResumeSession = "session/resume";
    public const string CloseSession = "session/close";
    public const string ListSessions = "session/list";
    public const string DeleteSession = "session/delete";
    public const string LogOut = "logout";
    public const string Prompt = "session/prompt";
    public const string Cancel = "session/cancel";
    public const string SetMode = "session/set_mode";
    public const string SetOption = "session/set_config_option";

    // What it tells us.
    public const string Update = "session/update";
    public const string CancelRequest = "$/cancel_request";
    public const string ElicitationComplete = "elicitation/complete";

    /// <summary>The word under which a request of the program is told to the server: its own method where we know it not.</summary>
    public static string WordFor(string method) => method switch
    {
        "session/request_permission" => "permission",
        "elicitation/create" => "question",
        "fs/read_text_file" => "read-file",
        "fs/write_text_file" => "write-file",
        "terminal/create" => "terminal-create",
        "terminal/output" => "terminal-output",
        "terminal/wait_for_exit" => "terminal-wait-for-exit",
        "terminal/kill" => "terminal-kill",
        "terminal/release" => "terminal-release",
        _ => method,
    };
}
