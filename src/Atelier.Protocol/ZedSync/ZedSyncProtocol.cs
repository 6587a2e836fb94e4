namespace Atelier.Protocol.ZedSync;

/// <summary>Where a Helix-flavoured Zed dials, and what it is told of that by its environment (docs/protocols/zed-sync.md).</summary>
public static class ZedSyncProtocol
{
    /// <summary>The path is fixed in Zed.</summary>
    public const string Path = "/api/v1/external-agents/sync";

    /// <summary>Query parameter that names the session.</summary>
    public const string SessionParameter = "session_id";

    /// <summary>Turns the connection on in Zed, together with <see cref="WebSocketEnabledVariable"/>.</summary>
    public const string EnabledVariable = "ZED_EXTERNAL_SYNC_ENABLED";

    /// <summary>Turns the connection on in Zed.</summary>
    public const string WebSocketEnabledVariable = "ZED_WEBSOCKET_SYNC_ENABLED";

    /// <summary>Host and port, without a scheme.</summary>
    public const string AddressVariable = "ZED_HELIX_URL";

    /// <summary>What Zed shows as bearer.</summary>
    public const string TokenVariable = "ZED_HELIX_TOKEN";

    /// <summary>Whether the address is reached by TLS.</summary>
    public const string TlsVariable = "ZED_HELIX_TLS";

    /// <summary>The session.</summary>
    public const string SessionVariable = "HELIX_SESSION_ID";

    /// <summary>The folder that Zed opens.</summary>
    public const string WorkDirectoryVariable = "ZED_WORK_DIR";

    /// <summary>Lets Zed start where there is no graphics card.</summary>
    public const string EmulatedGpuVariable = "ZED_ALLOW_EMULATED_GPU";

    /// <summary>The agent that Zed uses when it is told of none.</summary>
    public const string NativeAgent = "zed-agent";
}

/// <summary>What is said to Zed: values of <c>type</c>.</summary>
public static class ZedCommandTypes
{
    /// <summary>A prompt; without a thread it begins one.</summary>
    public const string ChatMessage = "chat_message";

    /// <summary>Load a thread, show it, and tell what happens in it.</summary>
    public const string OpenThread = "open_thread";

    /// <summary>End the turn of a request.</summary>
    public const string CancelCurrentTurn = "cancel_current_turn";

    /// <summary>Answer a question of the agent.</summary>
    public const string RespondElicitation = "respond_elicitation";

    /// <summary>For tests of Zed itself: as if somebody had typed in it.</summary>
    public const string SimulateUserInput = "simulate_user_input";

    /// <summary>For tests of Zed itself: what it shows.</summary>
    public const string QueryUiState = "query_ui_state";
}

/// <summary>What Zed says: values of <c>event_type</c>, with the older names of some.</summary>
public static class ZedEventTypes
{
    /// <summary>Once after connecting; nobody answers.</summary>
    public const string Ping = "ping";

    /// <summary>It takes prompts, or a thread is there; may come several times.</summary>
    public const string AgentReady = "agent_ready";

    /// <summary>A prompt began a thread.</summary>
    public const string ThreadCreated = "thread_created";

    /// <summary>Older name of <see cref="ThreadCreated"/>.</summary>
    public const string ContextCreated = "context_created";

    /// <summary>Somebody began a thread in Zed.</summary>
    public const string UserCreatedThread = "user_created_thread";

    /// <summary>A thread has another title.</summary>
    public const string ThreadTitleChanged = "thread_title_changed";

    /// <summary>Older name of <see cref="ThreadTitleChanged"/>.</summary>
    public const string ContextTitleChanged = "context_title_changed";

    /// <summary>An entry as it is now, whole.</summary>
    public const string MessageAdded = "message_added";

    /// <summary>Older name of <see cref="MessageAdded"/>.</summary>
    public const string MessageUpdated = "message_updated";

    /// <summary>A turn is over.</summary>
    public const string MessageCompleted = "message_completed";

    /// <summary>A thread cannot be loaded.</summary>
    public const string ThreadLoadError = "thread_load_error";

    /// <summary>A turn is over, and went wrong.</summary>
    public const string ChatResponseError = "chat_response_error";

    /// <summary>A turn was cancelled, or was none to cancel.</summary>
    public const string TurnCancelled = "turn_cancelled";

    /// <summary>What Zed shows.</summary>
    public const string UiStateResponse = "ui_state_response";

    /// <summary>The agent asks a person something.</summary>
    public const string ElicitationRequested = "elicitation_requested";

    /// <summary>What was asked is settled.</summary>
    public const string ElicitationResolved = "elicitation_resolved";

    /// <summary>What is still asked in a thread: these and no others.</summary>
    public const string ElicitationResync = "elicitation_resync";

    /// <summary>An answer has come in, or was for nothing.</summary>
    public const string ElicitationResponseAck = "elicitation_response_ack";

    /// <summary>Older: the whole answer, and its end.</summary>
    public const string ChatResponse = "chat_response";

    /// <summary>Older: a piece of the answer.</summary>
    public const string ChatResponseChunk = "chat_response_chunk";

    /// <summary>Older: the end of the answer.</summary>
    public const string ChatResponseDone = "chat_response_done";
}
