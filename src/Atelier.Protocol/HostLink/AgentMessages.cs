using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Protocol.HostLink;

/// <summary>How an agent program speaks with whoever drives it through pipes.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<AgentDialect>))]
public enum AgentDialect
{
    /// <summary>The Agent Client Protocol, version 1.</summary>
    Acp,
}

/// <summary>Asks the daemon to read what an agent program says from an offset on, and to tell it in batches.</summary>
/// <param name="WorkerId">The worker that runs the program.</param>
/// <param name="Dialect">What it speaks.</param>
/// <param name="Offset">Log offset in bytes: everything before it is stored.</param>
public sealed record FollowAgentRequest(string WorkerId, AgentDialect Dialect, long Offset);

/// <summary>Passes a command on to the program's process.</summary>
/// <param name="WorkerId">The worker that runs the program.</param>
/// <param name="Dialect">What it speaks.</param>
/// <param name="Epoch">The process it is for; another one does not get it.</param>
/// <param name="Sequence">Number of the command within its epoch, from 1 without holes. A repeat is not sent twice.</param>
/// <param name="Command">What to say.</param>
public sealed record SendToAgentRequest(string WorkerId, AgentDialect Dialect, int Epoch, long Sequence, AgentCommand Command);

/// <summary>What an agent program said in one stretch of its output.</summary>
/// <param name="WorkerId">The worker that runs the program.</param>
/// <param name="FromOffset">Log offset in bytes where the stretch begins: where the batch before it ended.</param>
/// <param name="ToOffset">Where it ends, always between two messages.</param>
/// <param name="Epoch">The process that said it.</param>
/// <param name="Notices">What it said, in order.</param>
public sealed record AgentBatch(string WorkerId, long FromOffset, long ToOffset, int Epoch, IReadOnlyList<AgentNotice> Notices);

/// <summary>How far an agent program's output is stored; the answer to a batch, also to one that was stored before.</summary>
/// <param name="Offset">Log offset in bytes.</param>
public sealed record AgentCursor(long Offset);

/// <summary>What is said to an agent program, whatever it speaks.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Open), "open")]
[JsonDerivedType(typeof(Authenticate), "authenticate")]
[JsonDerivedType(typeof(NewThread), "new-thread")]
[JsonDerivedType(typeof(ResumeThread), "resume-thread")]
[JsonDerivedType(typeof(LoadThread), "load-thread")]
[JsonDerivedType(typeof(CloseThread), "close-thread")]
[JsonDerivedType(typeof(ListThreads), "list-threads")]
[JsonDerivedType(typeof(DeleteThread), "delete-thread")]
[JsonDerivedType(typeof(LogOut), "log-out")]
[JsonDerivedType(typeof(Prompt), "prompt")]
[JsonDerivedType(typeof(Cancel), "cancel")]
[JsonDerivedType(typeof(SetMode), "set-mode")]
[JsonDerivedType(typeof(SetOption), "set-option")]
[JsonDerivedType(typeof(Answer), "answer")]
[JsonDerivedType(typeof(Refuse), "refuse")]
public abstract record AgentCommand
{
    private AgentCommand()
    {
    }

    /// <summary>The first command of a process; answered by <see cref="AgentNotice.Opened"/>.</summary>
    /// <param name="Version">Version of this build.</param>
    public sealed record Open(string Version) : AgentCommand;

    /// <summary>Logs in by a method that the program offers; answered by <see cref="AgentNotice.Succeeded"/>.</summary>
    /// <param name="Method">Its id.</param>
    public sealed record Authenticate(string Method) : AgentCommand;

    /// <summary>Begins a conversation; answered by <see cref="AgentNotice.ThreadOpened"/>.</summary>
    /// <param name="Place">Where it works.</param>
    public sealed record NewThread(AgentPlace Place) : AgentCommand;

    /// <summary>Goes on with a conversation, without hearing it again; answered by <see cref="AgentNotice.ThreadOpened"/>.</summary>
    /// <param name="Thread">The program's id of it.</param>
    /// <param name="Place">Where it works.</param>
    public sealed record ResumeThread(string Thread, AgentPlace Place) : AgentCommand;

    /// <summary>Goes on with a conversation that the program tells again first; answered by <see cref="AgentNotice.ThreadOpened"/>.</summary>
    /// <param name="Thread">The program's id of it.</param>
    /// <param name="Place">Where it works.</param>
    public sealed record LoadThread(string Thread, AgentPlace Place) : AgentCommand;

    /// <summary>Lets go of a conversation; answered by <see cref="AgentNotice.Succeeded"/>.</summary>
    /// <param name="Thread">The program's id of it.</param>
    public sealed record CloseThread(string Thread) : AgentCommand;

    /// <summary>Asks which conversations the program knows; answered by <see cref="AgentNotice.ThreadsListed"/>.</summary>
    /// <param name="Cursor">Where the page before ended; null for the first page.</param>
    public sealed record ListThreads(string? Cursor) : AgentCommand;

    /// <summary>Forgets a conversation for good; answered by <see cref="AgentNotice.Succeeded"/>.</summary>
    /// <param name="Thread">The program's id of it.</param>
    public sealed record DeleteThread(string Thread) : AgentCommand;

    /// <summary>Forgets who is logged in; answered by <see cref="AgentNotice.Succeeded"/>.</summary>
    public sealed record LogOut : AgentCommand;

    /// <summary>A request; answered, when the turn is over, by <see cref="AgentNotice.TurnEnded"/>.</summary>
    /// <param name="Thread">The program's id of the conversation; empty where the prompt begins it.</param>
    /// <param name="Content">Content blocks, as ACP and MCP have them.</param>
    /// <param name="Context">What it belongs to: ids of agent, instance, thread and work session; sent along as metadata.</param>
    public sealed record Prompt(string Thread, JsonElement Content, IReadOnlyDictionary<string, string> Context) : AgentCommand;

    /// <summary>Ends the turn of a conversation; there is no answer but the end of the turn.</summary>
    /// <param name="Thread">The program's id of the conversation.</param>
    public sealed record Cancel(string Thread) : AgentCommand
    {
        /// <summary>The turn's own id, for programs that go by it.</summary>
        public string? RequestId { get; init; }
    }

    /// <summary>Chooses how the program works; answered by <see cref="AgentNotice.Succeeded"/>.</summary>
    /// <param name="Thread">The program's id of the conversation.</param>
    /// <param name="Mode">Id of the mode.</param>
    public sealed record SetMode(string Thread, string Mode) : AgentCommand;

    /// <summary>Sets one of the program's options; answered by <see cref="AgentNotice.Succeeded"/>.</summary>
    /// <param name="Thread">The program's id of the conversation.</param>
    /// <param name="Option">Id of the option.</param>
    /// <param name="Value">An id, or a boolean.</param>
    public sealed record SetOption(string Thread, string Option, JsonElement Value) : AgentCommand;

    /// <summary>Answers what the program asked.</summary>
    /// <param name="RequestId">The program's id of the question, as JSON.</param>
    /// <param name="Result">The answer.</param>
    public sealed record Answer(string RequestId, JsonElement Result) : AgentCommand;

    /// <summary>Answers what the program asked with an error.</summary>
    /// <param name="RequestId">The program's id of the question, as JSON.</param>
    /// <param name="Code">Number of the error in JSON-RPC.</param>
    /// <param name="Message">In words.</param>
    public sealed record Refuse(string RequestId, int Code, string Message) : AgentCommand;
}

/// <summary>Where a conversation works.</summary>
/// <param name="Directory">Absolute path.</param>
/// <param name="McpServers">Servers of tools that the program may use, as ACP has them.</param>
public sealed record AgentPlace(string Directory, JsonElement? McpServers = null);

/// <summary>What an agent program says, whatever it speaks.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Opened), "opened")]
[JsonDerivedType(typeof(ThreadOpened), "thread-opened")]
[JsonDerivedType(typeof(ThreadsListed), "threads-listed")]
[JsonDerivedType(typeof(TurnEnded), "turn-ended")]
[JsonDerivedType(typeof(Succeeded), "succeeded")]
[JsonDerivedType(typeof(Failed), "failed")]
[JsonDerivedType(typeof(Said), "said")]
[JsonDerivedType(typeof(Asked), "asked")]
[JsonDerivedType(typeof(Withdrew), "withdrew")]
[JsonDerivedType(typeof(QuestionOver), "question-over")]
[JsonDerivedType(typeof(Ended), "ended")]
public abstract record AgentNotice
{
    private AgentNotice()
    {
    }

    /// <summary>The program is ready, and says what it can do.</summary>
    /// <param name="Sequence">The command it answers.</param>
    /// <param name="Program">What it is and can.</param>
    public sealed record Opened(long Sequence, AgentAbilities Program) : AgentNotice;

    /// <summary>A conversation is open.</summary>
    /// <param name="Sequence">The command it answers.</param>
    /// <param name="Thread">The program's id of a new conversation; null for one that was resumed or loaded, or that its first prompt begins.</param>
    /// <param name="Modes">Modes there are, and the current one; null when it has none.</param>
    /// <param name="Options">Options there are; null when it has none.</param>
    public sealed record ThreadOpened(long Sequence, string? Thread, JsonElement? Modes, JsonElement? Options) : AgentNotice;

    /// <summary>Conversations that the program knows.</summary>
    /// <param name="Sequence">The command it answers.</param>
    /// <param name="Threads">This page of them.</param>
    /// <param name="Cursor">Where the next page begins; null when this was the last.</param>
    public sealed record ThreadsListed(long Sequence, IReadOnlyList<ListedThread> Threads, string? Cursor) : AgentNotice;

    /// <summary>A turn is over.</summary>
    /// <param name="Sequence">The prompt it answers.</param>
    /// <param name="Reason">end_turn, max_tokens, max_turn_requests, refusal, cancelled, or the program's own word.</param>
    /// <param name="Usage">What it took; null when it does not say.</param>
    public sealed record TurnEnded(long Sequence, string Reason, JsonElement? Usage) : AgentNotice;

    /// <summary>A command has been carried out.</summary>
    /// <param name="Sequence">The command.</param>
    /// <param name="Result">What it gave.</param>
    public sealed record Succeeded(long Sequence, JsonElement? Result) : AgentNotice;

    /// <summary>A command was answered with an error.</summary>
    /// <param name="Sequence">The command.</param>
    /// <param name="Code">Number of the error in JSON-RPC.</param>
    /// <param name="Message">In words.</param>
    /// <param name="Details">What came with it; null when nothing did.</param>
    public sealed record Failed(long Sequence, int Code, string Message, JsonElement? Details) : AgentNotice;

    /// <summary>News of a conversation; docs/protocols/agent-events.md has the names and what comes with each.</summary>
    /// <param name="Thread">The program's id of the conversation; null when it concerns all.</param>
    /// <param name="Event">Its name.</param>
    /// <param name="Payload">What comes with it.</param>
    public sealed record Said(string? Thread, string Event, JsonElement Payload) : AgentNotice;

    /// <summary>The program wants an answer.</summary>
    /// <param name="RequestId">Its id of the question, as JSON: <c>7</c> or <c>"a"</c>.</param>
    /// <param name="Thread">Its id of the conversation; null when it names none.</param>
    /// <param name="What">permission, question, read-file, write-file, terminal-…, or the program's own method.</param>
    /// <param name="Payload">What comes with it.</param>
    public sealed record Asked(string RequestId, string? Thread, string What, JsonElement Payload) : AgentNotice;

    /// <summary>The program no longer wants an answer.</summary>
    /// <param name="RequestId">Its id of the question, as JSON.</param>
    public sealed record Withdrew(string RequestId) : AgentNotice;

    /// <summary>What a person was sent to an address for has been done there.</summary>
    /// <param name="Question">The program's name of the question: elicitationId in what came with it.</param>
    public sealed record QuestionOver(string Question) : AgentNotice;

    /// <summary>The process is gone; everything it said has been told before this.</summary>
    /// <param name="ExitCode">Its exit code; null when a signal ended it, or nobody knows.</param>
    /// <param name="Signal">That signal, without SIG; null when nobody knows.</param>
    /// <param name="LastWords">The end of what it wrote to its standard error.</param>
    public sealed record Ended(int? ExitCode, string? Signal, string? LastWords) : AgentNotice;
}

/// <summary>What an agent program is and can do.</summary>
/// <param name="Name">Its own name; null when it does not say.</param>
/// <param name="Version">Its version; null when it does not say.</param>
/// <param name="Loads">Whether it can go on with a conversation by telling it again.</param>
/// <param name="Resumes">Whether it can go on with a conversation without telling it again.</param>
/// <param name="Closes">Whether it can let go of a conversation.</param>
/// <param name="TakesImages">Whether prompts may hold images.</param>
/// <param name="TakesResources">Whether prompts may hold the contents of files.</param>
/// <param name="McpHttp">Whether it can use servers of tools over HTTP.</param>
/// <param name="LoginMethods">How somebody can log in to it, as ACP has them; null when it needs none.</param>
public sealed record AgentAbilities(
    string? Name,
    string? Version,
    bool Loads,
    bool Resumes,
    bool Closes,
    bool TakesImages,
    bool TakesResources,
    bool McpHttp,
    JsonElement? LoginMethods)
{
    /// <summary>Whether a conversation has no id before its first prompt, which begins it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool BeginsThreadsWithPrompts { get; init; }

    /// <summary>Whether prompts of different conversations wait for each other in the program.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RunsTurnsInOrder { get; init; }

    /// <summary>Whether it can use servers of tools over server-sent events.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool McpSse { get; init; }

    /// <summary>Whether it can say which conversations it knows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Lists { get; init; }

    /// <summary>Whether it can forget a conversation for good.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Deletes { get; init; }

    /// <summary>Whether it can forget who is logged in.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool LogsOut { get; init; }
}

/// <summary>A conversation that a program knows.</summary>
/// <param name="Thread">The program's id of it.</param>
/// <param name="Directory">Where it works; null when the program does not say.</param>
/// <param name="Title">Its title; null when it has none.</param>
/// <param name="UpdatedAt">When something was last said in it, as the program writes times; null when it does not say.</param>
public sealed record ListedThread(string Thread, string? Directory, string? Title, string? UpdatedAt);
