using System.Net.WebSockets;
using System.Text.Json.Nodes;
using static Atelier.TestKit.Zed.MockZedEvents;

namespace Atelier.TestKit.Zed;

/// <summary>
/// A Zed as far as its sync protocol goes, with the habits of real ones as switches. What it does with a prompt stands in the prompt's last line, word by word: <c>say</c>,
/// <c>think</c>, <c>tool</c>, <c>long-tool</c> (begins one and goes on when it is released), <c>title</c>, <c>ask</c> (a question, and waits for the answer), <c>hold</c> (until it is
/// released), <c>hang</c> (until it is cancelled), <c>error</c>, <c>empty</c> (ends without a word), <c>mute</c> (says nothing and never ends), <c>die</c>, <c>odd</c> (text
/// that rows cannot keep), <c>big</c>. Everything else ends the turn. Words that end with <c>-once</c> count the first time that its message is seen.
/// </summary>
/// <param name="connect">Opens a connection, as the process was told to.</param>
/// <param name="time">Its clock.</param>
public sealed class MockZed(Func<CancellationToken, Task<WebSocket>> connect, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly MockZedThreads _threads = new();
    private readonly List<MockZedRun> _running = [];
    private readonly List<(string Request, string Thread, string Message)> _waiting = [];
    private readonly HashSet<string> _tombstones = [];
    private readonly HashSet<string> _seen = [];
    private readonly List<MockZedFrame> _frames = [];
    private readonly List<MockZedRun> _runs = [];
    private readonly List<string> _problems = [];
    private CancellationTokenSource _process = new();
    private TaskCompletionSource<int?> _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MockZedSignal _changed = new();
    private MockZedLine? _line;
    private Task _life = Task.CompletedTask;
    private int _words;
    private int _connectionsBefore;
    private string _agent = "zed-agent";

    /// <summary>Its habits.</summary>
    public MockZedBehaviour Behaviour { get; } = new();

    /// <summary>All frames that it was sent, in order; they outlive its processes.</summary>
    public IReadOnlyList<MockZedFrame> Frames => Locked(() => _frames.ToList());

    /// <summary>All prompts that it has worked on, in order; they outlive its processes.</summary>
    public IReadOnlyList<MockZedRun> Runs => Locked(() => _runs.ToList());

    /// <summary>Frames that no server may send.</summary>
    public IReadOnlyList<string> Problems => Locked(() => _problems.ToList());

    /// <summary>Whether answers to its questions are lost on their way to whoever asked.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>How often it has connected.</summary>
    public int Connections => Locked(() => _connectionsBefore + (_line?.Connections ?? 0));

    /// <summary>Whether it is connected.</summary>
    public bool IsConnected => Locked(() => _line?.IsConnected == true);

    /// <summary>Completes when the process ends, with its exit code; null where it was killed.</summary>
    public Task<int?> Died => Locked(() => _died.Task);

    /// <summary>Starts a process.</summary>
    public void Start()
    {
        lock (_gate)
        {
            _process = new CancellationTokenSource();
            _died = new TaskCompletionSource<int?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _connectionsBefore = Connections;
            var line = _line = new MockZedLine(connect, Behaviour, time, Take, () => _changed.Tell(), () => Locked(() => _line is { WasOpened: false } && SayReady("zed-connection", thread: null)));
            var process = _process.Token;
            _life = Task.Run(() => line.RunAsync(process));
        }
    }

    /// <summary>Ends the process. What it had in memory is gone; its threads are kept where it keeps them.</summary>
    public async Task KillAsync(int? exitCode = null)
    {
        Task life;
        lock (_gate)
        {
            life = _life;
            _running.ForEach(run => run.Ended ??= "died");
            _running.Clear();
            _waiting.Clear();
            _threads.Unload();
            _tombstones.Clear();
            if (Behaviour.ForgetsThreads)
            {
                _threads.Forget();
            }

            _process.Cancel();
            _line?.Cut();
        }

        await life.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Locked(() => _died.TrySetResult(exitCode));
    }

    /// <summary>Loses what it works on, as when what does the work within it is started again.</summary>
    public void Forget() => Locked(() =>
    {
        _running.ForEach(run => run.Ended ??= "forgotten");
        _running.Clear();
        _waiting.Clear();
        return true;
    });

    /// <summary>Lets go of its threads, which stay where it keeps them.</summary>
    public void Unload() => _threads.Unload();

    /// <summary>Says which questions it still asks.</summary>
    public void Resync() => Locked(() => _running.Where(run => run.IsAsking).ToList().TrueForAll(run => TellQuestions(run.Thread)));

    /// <summary>Breaks the connection; it connects again unless it stays away.</summary>
    public void Cut() => Locked(() => _line)?.Cut();

    /// <summary>Lets what is held go on.</summary>
    public void Release() => Locked(() =>
    {
        foreach (var run in _running.Where(run => run.Question == "hold").ToList())
        {
            run.Question = null;
            Work(run);
        }

        return true;
    });

    /// <summary>Somebody types in it: in a thread that is there, or in a new one.</summary>
    public string Type(string text, string? thread = null, string? title = null) => Locked(() =>
    {
        var id = thread ?? _threads.New();
        if (thread is null)
        {
            Say("user_created_thread", With(("acp_thread_id", id), ("title", title)));
        }

        SayUser(id, text, request: "");
        Begin("", id, text);
        return id;
    });

    /// <summary>Says something as it is.</summary>
    public bool Say(string type, JsonObject data)
    {
        var frame = With(("event_type", Behaviour.UsesOldNames ? OldName(type) : type), ("data", data));
        if (Behaviour.UsesOldEnvelope)
        {
            frame["session_id"] = "ses_old";
            frame["timestamp"] = "2026-11-28T08:00:00Z";
        }

        return Locked(() => _line)?.Say(frame) == true;
    }

    /// <summary>Sends bytes as they are.</summary>
    public Task SendRawAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type) =>
        Locked(() => _line)?.SendRawAsync(bytes, type) ?? throw new InvalidOperationException("It is not connected.");

    /// <summary>Waits until it has come to something.</summary>
    public Task UntilAsync(Func<MockZed, bool> isSo, string what) => _changed.UntilAsync(() => isSo(this), what);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Take(int connection, string text)
    {
        lock (_gate)
        {
            TakeFrame(_connectionsBefore + connection, text);
            _changed.Tell();
        }
    }

    private void TakeFrame(int connection, string text)
    {
        if (JsonNode.Parse(text) is not JsonObject { } frame || frame["type"]?.GetValue<string>() is not { } type || frame["data"] is not JsonObject data)
        {
            _problems.Add($"It is no frame: {text}");
            return;
        }

        _frames.Add(new MockZedFrame(connection, type, data));
        var request = data["request_id"]?.GetValue<string>();
        var thread = _frames[^1].Thread;
        switch (type)
        {
            case "chat_message" or "simulate_user_input":
                if (data.ContainsKey("role") || request is null || data["message"]?.GetValue<string>() is not { } message || data["agent_name"] is JsonValue name && name.GetValue<string>().Length == 0)
                {
                    _problems.Add($"That would be dropped in silence: {text}");
                    return;
                }

                _agent = data["agent_name"]?.GetValue<string>() ?? "zed-agent";
                Chat(request, thread, message, data["interrupt"]?.GetValue<bool>() == true, isTyped: type == "simulate_user_input");
                break;
            case "open_thread" when thread is not null:
                _line?.WasOpened = true;
                Open(thread, request);
                break;
            case "cancel_current_turn" when request is not null:
                Cancel(request);
                break;
            case "respond_elicitation" when LosesAnswers:
                break;
            case "respond_elicitation" when data["elicitation_id"]?.GetValue<string>() is { } question:
                Answered(question, data["action"]?.GetValue<string>() ?? "");
                break;
            case "query_ui_state":
                Say("ui_state_response", UiState(data["query_id"]?.GetValue<string>(), _threads.Last));
                break;
            default:
                _problems.Add($"It means nothing: {text}");
                break;
        }
    }

    private void Chat(string request, string? thread, string message, bool interrupts, bool isTyped)
    {
        if (_tombstones.Remove(request) || (Behaviour.TellsActiveTurns && (_running.Exists(run => run.Request == request) || _waiting.Exists(one => one.Request == request))))
        {
            return; // swallowed
        }

        if (thread is null)
        {
            var id = _threads.New();
            SayReady(_agent, id);
            Say("thread_created", With(("acp_thread_id", id), ("request_id", request)));
            _threads[id].Add(new MockZedEntry { Id = _threads.NextId(id), Role = "user", Content = message });
            Begin(request, id, message);
            return;
        }

        if (!_threads.IsLoaded(thread) && !Load(thread, request))
        {
            return;
        }

        if (isTyped)
        {
            SayUser(thread, message, request);
        }

        if (interrupts && _running.Find(run => run.Thread == thread) is { } running)
        {
            End(running, "cancelled");
        }

        if (!interrupts && IsBusyFor(thread))
        {
            _waiting.Add((request, thread, message));
            return;
        }

        if (!isTyped)
        {
            _threads[thread].Add(new MockZedEntry { Id = _threads.NextId(thread), Role = "user", Content = message });
        }

        Begin(request, thread, message, isFollowUp: true);
    }

    private bool IsBusyFor(string thread) => _running.Exists(run => run.Thread == thread || (Behaviour.RunsInOrder && run.IsFollowUp));

    private void Open(string thread, string? request)
    {
        if (_threads.IsLoaded(thread) || Load(thread, request))
        {
            if (Behaviour.RetellsHistory)
            {
                var current = _running.Find(run => run.Thread == thread)?.Request ?? "";
                foreach (var entry in _threads[thread])
                {
                    SayEntry(thread, entry, current);
                }
            }

            SayReady(_agent, thread);
            TellQuestions(thread);
        }
    }

    private bool Load(string thread, string? request)
    {
        if (Behaviour.LoadFailsWith is not null || !_threads.IsKept(thread))
        {
            Say("thread_load_error", NotLoaded(thread, request, Behaviour.LoadFailsWith ?? "no thread found with ID"));
            return false;
        }

        _threads.Load(thread, Behaviour.ReusesIds);
        return true;
    }

    private void Cancel(string request)
    {
        var running = _running.Find(run => run.Request == request);
        var isWithdrawn = running is null && Behaviour.CancelsQueued && _waiting.RemoveAll(one => one.Request == request) > 0 && _tombstones.Add(request);
        Say("turn_cancelled", With(("request_id", request), ("status", running is not null || isWithdrawn ? "cancelled" : "noop")));
        if (running is not null)
        {
            End(running, "cancelled");
        }
    }

    private void Answered(string question, string action)
    {
        var run = _running.Find(one => one.Question == question);
        Say("elicitation_response_ack", With(("elicitation_id", question), ("status", run is null ? "noop" : "accepted"), ("error", "")));
        if (run is not null)
        {
            run.Question = null;
            Say("elicitation_resolved", Resolved(run, question, action));
            Work(run);
        }
    }

    private void Begin(string request, string thread, string message, bool isFollowUp = false)
    {
        var isFirst = _seen.Add(message[(message.LastIndexOf('\n') + 1)..]);
        var words = message[(message.LastIndexOf('\n') + 1)..].Split(' ').Where(word => isFirst || !word.EndsWith("-once", StringComparison.Ordinal))
            .Select(word => word.Replace("-once", "", StringComparison.Ordinal));
        var run = new MockZedRun { Request = request, Thread = thread, Message = message, IsFollowUp = isFollowUp, Words = new Queue<string>(words) };
        _running.Add(run);
        _runs.Add(run);
        Work(run);
    }

    private void Work(MockZedRun run)
    {
        while (run.Words.TryDequeue(out var word))
        {
            switch (word)
            {
                case "say" or "think" or "odd" or "big":
                    Text(run, Pieces(word, Word()));
                    break;
                case "tool" or "long-tool":
                    var tool = NewEntry(run, new MockZedEntry { Id = _threads.NextId(run.Thread), Type = "tool_call", ToolName = $"Read {Word()}", ToolStatus = "In Progress" });
                    tool.Content = $"**Tool Call: {tool.ToolName}**\nStatus: In Progress\n\n";
                    SayEntry(run.Thread, tool, run.Request);
                    tool.ToolStatus = "Completed";
                    tool.Content = $"**Tool Call: {tool.ToolName}**\nStatus: Completed\n\nIt has 3 lines.";
                    if (word == "long-tool")
                    {
                        run.Question = "hold";
                        return;
                    }

                    SayEntry(run.Thread, tool, run.Request);
                    break;
                case "title":
                    Say("thread_title_changed", With(("acp_thread_id", run.Thread), ("title", $"Title {Word()}")));
                    break;
                case "ask":
                    run.Question = $"question-{Word()}";
                    Say("elicitation_requested", Question(run));
                    return;
                case "hold":
                    run.Question = "hold";
                    return;
                case "hang":
                    run.Question = "never";
                    return;
                case "mute":
                    run.Ended = "lost";
                    _running.Remove(run);
                    return;
                case "error":
                    End(run, "error");
                    return;
                case "die":
                    if (Behaviour.SaysThatItDies)
                    {
                        End(run, "error");
                    }

                    _ = Task.Run(() => KillAsync(1));
                    return;
                case "empty":
                    End(run, "done");
                    return;
                default:
                    break; // what people say is no word of ours
            }
        }

        End(run, "done");
    }

    private void End(MockZedRun run, string how)
    {
        run.Ended = how;
        _running.Remove(run);
        foreach (var entry in run.Entries)
        {
            SayEntry(run.Thread, entry, run.Request);
        }

        if (how == "error")
        {
            Say("chat_response_error", With(("request_id", run.Request), ("error", "agent turn aborted: the ACP agent process exited mid-turn")));
        }
        else
        {
            for (var times = Behaviour.CompletesTwice ? 2 : 1; times > 0; times--)
            {
                Say("message_completed", Completed(run, _agent));
            }
        }

        if (Behaviour.TellsLate && run.Entries is [.., { Type: "text" } last])
        {
            last.Content += " Late.";
            SayEntry(run.Thread, last, run.Request);
        }

        _changed.Tell();
        if (_waiting.FindIndex(one => !IsBusyFor(one.Thread)) is >= 0 and var at)
        {
            var next = _waiting[at];
            _waiting.RemoveAt(at);
            _threads[next.Thread].Add(new MockZedEntry { Id = _threads.NextId(next.Thread), Role = "user", Content = next.Message });
            Begin(next.Request, next.Thread, next.Message, isFollowUp: true);
        }
    }

    /// <summary>Says an entry in two steps, as a model does; then every earlier one of the turn once more.</summary>
    private void Text(MockZedRun run, (string First, string Second) pieces)
    {
        var entry = NewEntry(run, new MockZedEntry { Id = _threads.NextId(run.Thread), Content = pieces.First });
        SayEntry(run.Thread, entry, run.Request);
        entry.Content += pieces.Second;
        SayEntry(run.Thread, entry, run.Request);
    }

    private MockZedEntry NewEntry(MockZedRun run, MockZedEntry entry)
    {
        foreach (var earlier in run.Entries)
        {
            SayEntry(run.Thread, earlier, run.Request);
        }

        run.Said.Add(entry);
        _threads[run.Thread].Add(entry);
        return entry;
    }

    private void SayUser(string thread, string text, string request)
    {
        var entry = new MockZedEntry { Id = _threads.NextId(thread), Role = "user", Content = text };
        _threads[thread].Add(entry);
        SayEntry(thread, entry, request);
    }

    private void SayEntry(string thread, MockZedEntry entry, string request) => Say("message_added", Entry(thread, entry, request));

    private bool TellQuestions(string thread) =>
        Behaviour.TellsActiveTurns && Say("elicitation_resync", Resynced(thread, _running.Where(run => run.Thread == thread && run.IsAsking)));

    private bool SayReady(string agent, string? thread)
    {
        if (Behaviour.IsNeverReady)
        {
            return false;
        }

        var data = With(("agent_name", agent), ("thread_id", thread));
        if (Behaviour.TellsActiveTurns)
        {
            data["active_turns"] = new JsonArray(
            [
                .. _running.Where(run => run.Request.Length > 0).Select(run => Active(run.Request, run.Thread, "running")),
                .. _waiting.Select(one => Active(one.Request, one.Thread, "queued")),
            ]);
        }

        return Say("agent_ready", data);
    }

    private string Word() => $"w{++_words}";

    private T Locked<T>(Func<T> act)
    {
        lock (_gate)
        {
            return act();
        }
    }
}
