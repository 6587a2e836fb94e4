namespace Atelier.Protocol.Acp;

/// <summary>Names of the Agent Client Protocol, version 1, as an editor and Atelier use them with each other (docs/protocols/acp-server.md).</summary>
public static class EditorMethods
{
    /// <summary>Where editors connect: a WebSocket with one message a text frame.</summary>
    public const string Path = "/acp";

    /// <summary>The version that is spoken.</summary>
    public const int Version = 1;

    /// <summary>Gives up a request, either way, by its <see cref="CancelIdName"/>.</summary>
    public const string CancelRequest = "$/cancel_request";

    /// <summary>The parameter of <see cref="CancelRequest"/> that names the request.</summary>
    public const string CancelIdName = "requestId";

    /// <summary>The first request.</summary>
    public const string Initialize = "initialize";

    /// <summary>Logs in on a connection that came without a token.</summary>
    public const string Authenticate = "authenticate";

    /// <summary>Begins a conversation.</summary>
    public const string NewSession = "session/new";

    /// <summary>Opens a conversation and tells all of it again.</summary>
    public const string LoadSession = "session/load";

    /// <summary>Opens a conversation without telling it again.</summary>
    public const string ResumeSession = "session/resume";

    /// <summary>Conversations there are.</summary>
    public const string ListSessions = "session/list";

    /// <summary>Lets go of a conversation.</summary>
    public const string CloseSession = "session/close";

    /// <summary>Chooses how the program works.</summary>
    public const string SetMode = "session/set_mode";

    /// <summary>Sets an option of the program.</summary>
    public const string SetOption = "session/set_config_option";

    /// <summary>Asks something; answered when the turn is over.</summary>
    public const string Prompt = "session/prompt";

    /// <summary>Ends what is being done; a notification.</summary>
    public const string Cancel = "session/cancel";

    /// <summary>News of a conversation; a notification of ours.</summary>
    public const string Update = "session/update";

    /// <summary>Asks the editor for leave for a tool call.</summary>
    public const string RequestPermission = "session/request_permission";

    /// <summary>Asks the editor a question of the program.</summary>
    public const string Elicit = "elicitation/create";
}

/// <summary>Error numbers of the protocol beside those of JSON-RPC, and one of ours.</summary>
public static class EditorErrors
{
    /// <summary>Nobody is logged in on this connection.</summary>
    public const int LoginNeeded = -32000;

    /// <summary>There is no such thing, or it is not shown to this person.</summary>
    public const int NotFound = -32002;

    /// <summary>It is refused; <c>data.code</c> has the stable word.</summary>
    public const int Refused = -32003;
}
