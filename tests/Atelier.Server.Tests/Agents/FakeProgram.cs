using System.Globalization;
using System.Text.Json;
using Atelier.Protocol.HostLink;

namespace Atelier.Server.Tests.Agents;

/// <summary>
/// An agent program that does what its prompts say, word by word: <c>say</c>, <c>tool</c>, <c>title</c>, <c>ask</c> (and wait for the answer), <c>end</c>, <c>late</c>
/// (end, then say something), <c>error</c>, <c>crash</c>, <c>hang</c> (until it is cancelled), <c>mute</c>. A word that ends with <c>-once</c> counts in the first
/// attempt of a turn only. <c>run:npm_test</c> asks for leave to run a command, <c>usage:700</c> reports that 700 tokens are in use. <c>read</c>, <c>write</c>, <c>create</c>, <c>wait</c>, <c>output</c>, <c>kill</c> and <c>release</c> want something done and wait until it is. Its conversations outlive its process. All of it happens at once, and is written down.
/// </summary>
internal sealed class FakeProgram(FakeInstances.Machine machine)
{
    private const string FilePath = "/work/agent/file.txt";

    private readonly HashSet<string> _conversations = [];
    private static readonly JsonElement s_modes = JsonElement.Parse("""{"currentModeId":"ask","availableModes":[{"id":"ask","name":"Ask"},{"id":"code","name":"Code"}]}""");

    private readonly Dictionary<string, string> _modes = [];
    private readonly List<Prompted> _running = [];
    private int _words;
    private int _asked;

    public bool Resumes { get; set; } = true;

    public bool Loads { get; set; }

    /// <summary>What it answers to whoever wants to go on with a conversation; null: it goes on.</summary>
    public string? ForgetsWith { get; set; }

    /// <summary>Ways to log in that it offers, as JSON; null: it wants no login. Who has logged in is known to its later processes, too.</summary>
    public string? LoginMethods { get; set; }

    public bool IsLoggedIn { get; set; }

    /// <summary>Whether it closes, lists and deletes conversations.</summary>
    public bool ManagesConversations { get; set; }

    /// <summary>Conversations that it knows; one may be from elsewhere.</summary>
    public ISet<string> Conversations => _conversations;

    /// <summary>Names its conversations anew in each process, as programs do that count.</summary>
    public bool CountsAnew { get; set; }

    /// <summary>Everything it was told, in order; survives its processes.</summary>
    public List<NumberedCommandText> Told { get; } = [];

    /// <summary>How it worked when each prompt came; it forgets that with each process.</summary>
    public List<string> ModesAtPrompts { get; } = [];

    /// <summary>Texts of the prompts that it was sent, as one string each.</summary>
    public IEnumerable<string> Prompts => Told.Select(one => one.Command).OfType<AgentCommand.Prompt>()
        .Select(prompt => string.Join('\n', prompt.Content.EnumerateArray().Select(block => block.GetProperty("text").GetString())));

    public void Take(int epoch, long sequence, AgentCommand command)
    {
        Told.Add(new NumberedCommandText(epoch, sequence, command));
        switch (command)
        {
            case AgentCommand.SetMode(var thread, var mode):
                _modes[thread] = mode;
                machine.Say(new AgentNotice.Succeeded(sequence, Result: null));
                break;
            case AgentCommand.Open:
                _modes.Clear();
                machine.Say(new AgentNotice.Opened(sequence, new AgentAbilities("Fake", "1", Loads, Resumes, Closes: ManagesConversations, TakesImages: true, TakesResources: false, McpHttp: false, LoginMethods is null ? null : JsonElement.Parse(LoginMethods))
                {
                    Lists = ManagesConversations,
                    Deletes = ManagesConversations,
                    LogsOut = LoginMethods is not null,
                }));
                break;
            case AgentCommand.Authenticate(var method):
                IsLoggedIn |= method != "broken";
                machine.Say(IsLoggedIn ? new AgentNotice.Succeeded(sequence, Result: null) : new AgentNotice.Failed(sequence, Code: -32603, "The browser was closed.", Details: null));
                break;
            case AgentCommand.LogOut:
                IsLoggedIn = false;
                machine.Say(new AgentNotice.Succeeded(sequence, Result: null));
                break;
            case AgentCommand.ListThreads(var cursor):
                var page = _conversations.Order().Skip(cursor is null ? 0 : 2).Take(2).Select(thread => new ListedThread(thread, "/work", $"About {thread}", UpdatedAt: null)).ToList();
                machine.Say(new AgentNotice.ThreadsListed(sequence, page, cursor is null && _conversations.Count > 2 ? "2" : null));
                break;
            case AgentCommand.DeleteThread(var thread):
                _conversations.Remove(thread);
                machine.Say(new AgentNotice.Succeeded(sequence, Result: null));
                break;
            case AgentCommand.CloseThread:
                machine.Say(new AgentNotice.Succeeded(sequence, Result: null));
                break;
            case AgentCommand.NewThread or AgentCommand.LoadThread or AgentCommand.ResumeThread when LoginMethods is not null && !IsLoggedIn:
                machine.Say(new AgentNotice.Failed(sequence, Code: -32000, "Authentication required", Details: null));
                break;
            case AgentCommand.NewThread:
                var id = CountsAnew ? $"c{Told.Count(one => one.Epoch == epoch && one.Command is AgentCommand.NewThread)}" : $"c{_conversations.Count + 1}";
                _conversations.Add(id);
                machine.Say(new AgentNotice.ThreadOpened(sequence, id, s_modes, Options: null));
                break;
            case AgentCommand.ResumeThread(var thread, _):
                GoOn(sequence, thread, retells: false);
                break;
            case AgentCommand.LoadThread(var thread, _):
                GoOn(sequence, thread, retells: true);
                break;
            case AgentCommand.Prompt prompt:
                ModesAtPrompts.Add(_modes.GetValueOrDefault(prompt.Thread, "ask"));
                var text = prompt.Content.EnumerateArray().Last(block => block.TryGetProperty("text", out _)).GetProperty("text").GetString() ?? "";
                _running.Add(new Prompted(sequence, prompt.Thread, prompt.Context["requestId"].EndsWith(".1", StringComparison.Ordinal), new Queue<string>(text.Split(' '))));
                Work(_running[^1]);
                break;
            case AgentCommand.Cancel(var thread) when _running.Find(one => one.Thread == thread) is { } running:
                End(running, new AgentNotice.TurnEnded(running.Sequence, "cancelled", Usage: null));
                break;
            case AgentCommand.Answer(var request, var result) when _running.Find(one => one.Question == request) is { } asking:
                asking.Question = null;
                asking.Terminal = result.ValueKind == JsonValueKind.Object && result.TryGetProperty("terminalId", out var terminal) ? terminal.GetString() : asking.Terminal;
                Work(asking);
                break;
            case AgentCommand.Refuse(var request, _, _) when _running.Find(one => one.Question == request) is { } refused:
                refused.Question = null;
                Work(refused);
                break;
        }
    }

    /// <summary>The process is gone, and with it all that was going on in it.</summary>
    public void Forget() => _running.Clear();

    /// <summary>Says something on its own.</summary>
    public void Say(string thread) => machine.Say(new AgentNotice.Said(thread, "agent-message", Content(Word())));

    private static JsonElement Content(string text) => JsonSerializer.SerializeToElement(new { messageId = "m", content = new { type = "text", text } });

    private void GoOn(long sequence, string thread, bool retells)
    {
        if (ForgetsWith is { } problem || !_conversations.Contains(thread))
        {
            machine.Say(new AgentNotice.Failed(sequence, Code: -32603, ForgetsWith ?? "session not found", Details: null));
            return;
        }

        if (retells)
        {
            machine.Say(new AgentNotice.Said(thread, "user-message", Content("retold")), isNews: false);
            machine.Say(new AgentNotice.Said(thread, "agent-message", Content("retold")), isNews: false);
        }

        machine.Say(new AgentNotice.ThreadOpened(sequence, Thread: null, s_modes, Options: null));
    }

    private void Work(Prompted turn)
    {
        while (turn.Words.TryDequeue(out var word))
        {
            if (word.EndsWith("-once", StringComparison.Ordinal) && !turn.IsFirst)
            {
                continue;
            }

            if (word.Split(':') is [var verb, var value])
            {
                if (verb == "usage")
                {
                    machine.Say(new AgentNotice.Said(turn.Thread, "usage", JsonElement.Parse($$"""{"used":{{value}},"size":1000000}""")), isNews: false);
                    continue;
                }

                turn.Question = (++_asked).ToString(CultureInfo.InvariantCulture);
                machine.Say(new AgentNotice.Asked(turn.Question, turn.Thread, "permission", JsonSerializer.SerializeToElement(new
                {
                    toolCall = new { kind = "execute", title = "Run", rawInput = new { command = value.Replace('_', ' ') } },
                    options = new[] { new { optionId = "no", kind = "reject_once", name = "Yes" }, new { optionId = "yes", kind = "allow_once", name = "No" } },
                })));
                return;
            }

            switch (word.Replace("-once", "", StringComparison.Ordinal))
            {
                case "say":
                    Say(turn.Thread);
                    break;
                case "tool":
                    machine.Say(new AgentNotice.Said(turn.Thread, "tool-call", JsonSerializer.SerializeToElement(new { toolCallId = Word(), title = "Reads" })));
                    break;
                case "title":
                    machine.Say(new AgentNotice.Said(turn.Thread, "title", JsonSerializer.SerializeToElement(new { title = $"Title {Word()}" })));
                    break;
                case "ask":
                    turn.Question = (++_asked).ToString(CultureInfo.InvariantCulture);
                    machine.Say(new AgentNotice.Asked(turn.Question, turn.Thread, "permission", JsonSerializer.SerializeToElement(new
                    {
                        options = new[] { new { optionId = "yes", kind = "allow_once", name = "Yes" }, new { optionId = "no", kind = "reject_once", name = "No" } },
                    })));
                    return;
                case "read":
                    Want(turn, "read-file", new { path = FilePath });
                    return;
                case "write":
                    Want(turn, "write-file", new { path = FilePath, content = Word() });
                    return;
                case "create":
                    Want(turn, "terminal-create", new { command = "make", args = new[] { "all" } });
                    return;
                case "wait":
                    Want(turn, "terminal-wait-for-exit", new { terminalId = turn.Terminal });
                    machine.EndTerminal(turn.Terminal);
                    return;
                case "output" or "kill" or "release":
                    Want(turn, $"terminal-{word}", new { terminalId = turn.Terminal });
                    return;
                case "hang" or "mute":
                    return;
                case "error":
                    End(turn, new AgentNotice.Failed(turn.Sequence, Code: -32603, "The model is overloaded.", Details: null));
                    return;
                case "crash":
                    machine.Stop(exitCode: 1);
                    return;
                case "late":
                    End(turn, new AgentNotice.TurnEnded(turn.Sequence, "end_turn", Usage: null));
                    Say(turn.Thread);
                    return;
                default:
                    End(turn, new AgentNotice.TurnEnded(turn.Sequence, "end_turn", Usage: null));
                    return;
            }
        }
    }

    private void Want(Prompted turn, string what, object payload)
    {
        turn.Question = (++_asked).ToString(CultureInfo.InvariantCulture);
        machine.Say(new AgentNotice.Asked(turn.Question, turn.Thread, what, JsonSerializer.SerializeToElement(payload)));
    }

    private void End(Prompted turn, AgentNotice end)
    {
        _running.Remove(turn);
        machine.Say(end);
    }

    private string Word() => $"w{++_words}";

    /// <summary>A prompt that it works on.</summary>
    private sealed class Prompted(long sequence, string thread, bool isFirst, Queue<string> words)
    {
        public long Sequence { get; } = sequence;

        public string Thread { get; } = thread;

        public bool IsFirst { get; } = isFirst;

        public Queue<string> Words { get; } = words;

        public string? Question { get; set; }

        /// <summary>The terminal that it was given last.</summary>
        public string? Terminal { get; set; }
    }
}

/// <summary>A command as the program was told it.</summary>
internal sealed record NumberedCommandText(int Epoch, long Sequence, AgentCommand Command);
