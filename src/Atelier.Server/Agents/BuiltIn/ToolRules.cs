using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Terminals;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>What becomes of a tool call; pure.</summary>
/// <remarks>
/// Whatever a call needs done or asked is a row of the agent's requests, under an id that follows from the call's: it is done where all that programs want done is
/// (<see cref="EffectPlan"/>), once, whoever is killed. Here it is asked for, and what came of it taken.
/// </remarks>
internal static class ToolRules
{
    private const int MostLines = 2_000;
    private const int MostResultCharacters = 60_000;
    private const int MostOutputBytes = 32 << 10;
    private const int MostDiffCharacters = 60_000;
    private const int MostFound = 300;
    private const int MostEntries = 1_000;

    /// <summary>Takes a call one phase further; says whether that went.</summary>
    public static bool Advance(AgentChange change, WorkSessionId workSession, BuiltInStep step, BuiltInOptions options)
    {
        if (change.Agent.BuiltInOf(workSession) is not { } thread || step.Content is not StepContent.Call { Tool: var call })
        {
            return false;
        }

        if (call.Phase == CallPhase.Waiting)
        {
            if (!MayBegin(thread, step, call))
            {
                return false;
            }

            Begin(change, new Call(workSession, thread.Mode, step, call, change.Agent.Find(workSession)?.Type == AgentType.HelixAgent, options));
            return true;
        }

        if (ToolArguments.Of(call, WorktreeOf(change.Agent)) is not { } arguments)
        {
            return false;
        }

        var of = new Call(workSession, thread.Mode, step, call, HasTools: true, options);
        if (call.Phase == CallPhase.Running && call.Deadline <= change.Now && Open(change.Agent, of) is { } waiting)
        {
            change.Become(change.Agent.With(waiting with { State = RequestState.Withdrawn, IsAnswerSent = true, AnsweredAt = change.Now }));
            Print(change, of, "It had not ended when its time was over, and was ended.");
            return true;
        }

        if (Taken(change, of) is not { } answer)
        {
            return false;
        }

        switch (call.Phase)
        {
            case CallPhase.Asking:
                LeaveTaken(change, of, arguments, answer);
                break;
            case CallPhase.Reading:
                ReadTaken(change, of, arguments, answer);
                break;
            case CallPhase.Writing:
                Over(change, of, answer.Problem ?? $"Done: {arguments.Shown()} is written.", answer.Problem is not null);
                break;
            case CallPhase.Listing:
                Over(change, of, answer.Problem ?? Lines(answer.Result, "entries", "The folder is empty."), answer.Problem is not null);
                break;
            case CallPhase.Searching:
                Over(change, of, answer.Problem ?? Lines(answer.Result, "lines", "Nothing matches."), answer.Problem is not null);
                break;
            case CallPhase.Starting when answer.Problem is { } problem:
                Over(change, of, problem, isError: true);
                break;
            case CallPhase.Starting:
                Wait(change, of, arguments);
                break;
            case CallPhase.Running:
                Print(change, of with { Tool = call with { ExitCode = ExitCodeOf(answer) } }, EndingOf(answer));
                break;
            case CallPhase.Printing:
                Printed(change, of, answer);
                break;
            case CallPhase.Questioning:
                Over(change, of, AnswerOf(answer), isError: false);
                break;
        }

        return true;
    }

    /// <summary>What the model is told of a call from here on.</summary>
    public static void Over(AgentChange change, Call of, string result, bool isError, params JsonObject[] shown)
    {
        var text = (result.Length <= MostResultCharacters ? result : $"{result.Beginning(MostResultCharacters)}\n[cut here: it is longer]").Kept();
        Save(change, of, of.Tool with { Phase = CallPhase.Over, Result = text, IsError = isError }, StepState.Done);
        var told = ToolEvents.Became(of.Step, isError ? "failed" : "completed", shown.Length > 0 ? shown : isError ? [ToolEvents.Text(text)] : []);
        if (of.Tool.ExitCode is { } code)
        {
            told["rawOutput"] = new JsonObject { ["exitCode"] = code };
        }

        Tell(change, of, told);
    }

    /// <summary>A call that nobody wants any more: what it was about to do is let go.</summary>
    public static void GiveUp(AgentChange change, WorkSessionId workSession, BuiltInStep step)
    {
        if (step.Content is not StepContent.Call { Tool: { IsOver: false } call })
        {
            return;
        }

        var of = new Call(workSession, BuiltInMode.Ask, step, call, HasTools: true, new BuiltInOptions());
        var wasBegun = call.Phase is CallPhase.Writing or CallPhase.Starting or CallPhase.Running or CallPhase.Printing;
        if (change.Agent.Terminals.Find(one => one.Id == AgentTerminal.IdFor(of.RequestOf(CallPhase.Starting))) is { } terminal)
        {
            change.Become(change.Agent.With(terminal.Released(change.Now)));
        }

        Over(change, of, wasBegun ? "The person has stopped this while it was being done. Look what has come of it." : "The person has stopped this before it was done.", isError: true);
    }

    /// <summary>When a command is to be ended; null while none runs.</summary>
    public static DateTimeOffset? DueAt(Agent agent) => agent.BuiltIn.SelectMany(thread => thread.Calls)
        .Select(step => step.Content is StepContent.Call { Tool: { Phase: CallPhase.Running, Deadline: { } due } } ? due : (DateTimeOffset?)null).Min();

    private static bool MayBegin(BuiltInThread thread, BuiltInStep step, ToolCall call) => thread.Calls.TakeWhile(one => one.Id != step.Id)
        .All(before => before.Content is StepContent.Call { Tool: var other } && (other.IsOver || (!BuiltInTools.Changes(call.Name) && !BuiltInTools.Changes(other.Name))));

    private static void Begin(AgentChange change, Call of)
    {
        if (!of.HasTools || !BuiltInTools.All.Any(tool => tool.Name == of.Tool.Name))
        {
            Over(change, of, of.HasTools ? $"There is no tool {of.Tool.Name}. There are {string.Join(", ", BuiltInTools.All.Select(tool => tool.Name))}." : "There are no tools here.", isError: true);
            return;
        }

        if (ToolArguments.Of(of.Tool, WorktreeOf(change.Agent)) is not { } arguments)
        {
            Over(change, of, "The arguments are no JSON object. Call it again, with arguments as its schema says.", isError: true);
            return;
        }

        var required = BuiltInTools.All.First(tool => tool.Name == of.Tool.Name).Schema["required"]?.AsArray().Select(name => (string?)name ?? "").ToArray() ?? [];
        if (arguments.Missing(required) is { } missing)
        {
            Over(change, of, $"{missing} is missing, or no text. Call it again with it.", isError: true);
            return;
        }

        switch (of.Tool.Name)
        {
            case BuiltInTools.Read:
                Read(change, of, arguments, isProbe: false);
                break;
            case BuiltInTools.List:
                Want(change, of, CallPhase.Listing, AgentRequest.ListFiles, new() { ["path"] = arguments.Path(), ["deep"] = arguments.Flag("deep"), ["limit"] = MostEntries });
                break;
            case BuiltInTools.Search:
                Want(change, of, CallPhase.Searching, AgentRequest.SearchText, new()
                {
                    ["path"] = arguments.Path(),
                    ["pattern"] = arguments.Text("pattern"),
                    ["glob"] = arguments.Text("glob") is { Length: > 0 } glob ? glob : null,
                    ["ignoreCase"] = arguments.Flag("ignore_case"),
                    ["limit"] = MostFound,
                });
                break;
            case BuiltInTools.Edit when of.Mode == BuiltInMode.Ask:
                AskLeave(change, of, arguments, [ToolEvents.Diff(arguments.Path(), arguments.Text("old_text"), arguments.Text("new_text") ?? "")]);
                break;
            case BuiltInTools.Edit:
                Read(change, of, arguments, isProbe: false);
                break;
            case BuiltInTools.Write:
                Read(change, of, arguments, isProbe: true);
                break;
            case BuiltInTools.Run when of.Mode != BuiltInMode.Full:
                AskLeave(change, of, arguments, []);
                break;
            case BuiltInTools.Run:
                Start(change, of, arguments);
                break;
            case BuiltInTools.Ask:
                Ask(change, of, CallPhase.Questioning, AgentRequest.Question, Question(arguments));
                break;
            case BuiltInTools.Notes:
                WriteNotes(change, of, arguments);
                break;
            default:
                Save(change, of, of.Tool with { Phase = CallPhase.Looking }, StepState.Begun);
                Tell(change, of, ToolEvents.Became(of.Step, "in_progress"));
                break;
        }
    }

    private static void Read(AgentChange change, Call of, ToolArguments arguments, bool isProbe)
    {
        var wanted = new JsonObject { ["path"] = arguments.Path() };
        if (of.Tool.Name == BuiltInTools.Read)
        {
            wanted["line"] = Math.Max(arguments.Number("line") ?? 1, 1);
            wanted["limit"] = Math.Clamp(arguments.Number("limit") ?? MostLines, 1, MostLines);
        }

        if (isProbe)
        {
            wanted[EffectRules.Probe] = true;
        }

        Want(change, of, CallPhase.Reading, AgentRequest.ReadFile, wanted);
    }

    private static void ReadTaken(AgentChange change, Call of, ToolArguments arguments, Answer answer)
    {
        var text = Text(answer.Result, "content") ?? "";
        switch (of.Tool.Name)
        {
            case BuiltInTools.Read:
                Over(change, of, answer.Problem ?? (text.Length == 0 ? "[The file is empty.]" : text), answer.Problem is not null);
                break;
            case BuiltInTools.Edit when answer.Problem is null:
                var edit = TextEdit.Of(text, arguments.Text("old_text") ?? "", arguments.Text("new_text") ?? "", arguments.Flag("replace_all"));
                if (edit.Text is { } edited)
                {
                    Write(change, of, arguments, edited, ToolEvents.Diff(arguments.Path(), arguments.Text("old_text"), arguments.Text("new_text") ?? ""));
                }
                else
                {
                    Over(change, of, edit.Problem ?? "", isError: true);
                }

                break;
            case BuiltInTools.Write when answer is { Problem: null } && change.Agent.BuiltInOf(of.WorkSession)?.Seen.ContainsKey(arguments.Path()) != true:
                Over(change, of, $"{arguments.Shown()} is there already, and you have not read it. Read it first.", isError: true);
                break;
            case BuiltInTools.Write when answer is { Problem: null } or { Code: EffectRules.ResourceNotFound }:
                var diff = ToolEvents.Diff(
                    arguments.Path(), answer.Problem is null && text.Length <= MostDiffCharacters ? text : null, (arguments.Text("content") ?? "").Beginning(MostDiffCharacters));
                if (of.Mode == BuiltInMode.Ask)
                {
                    AskLeave(change, of, arguments, [diff]);
                }
                else
                {
                    Write(change, of, arguments, arguments.Text("content") ?? "", diff);
                }

                break;
            default:
                Over(change, of, answer.Problem ?? "", isError: true);
                break;
        }
    }

    private static void Write(AgentChange change, Call of, ToolArguments arguments, string text, JsonObject? diff) =>
        Want(change, of, CallPhase.Writing, AgentRequest.WriteFile, new() { ["path"] = arguments.Path(), ["content"] = text }, diff is null ? [] : [diff]);

    private static void Start(AgentChange change, Call of, ToolArguments arguments)
    {
        Want(change, of, CallPhase.Starting, AgentRequest.TerminalCreate, new()
        {
            ["command"] = "/bin/sh",
            ["args"] = new JsonArray("-c", arguments.Text("command")),
            ["cwd"] = arguments.Path(),
            ["outputByteLimit"] = MostOutputBytes,
        });
    }

    private static void Wait(AgentChange change, Call of, ToolArguments arguments)
    {
        var time = arguments.Number("timeout_seconds") is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 1, of.Options.RunAtMost.TotalSeconds)) : of.Options.RunFor;
        Want(
            change,
            of with { Tool = of.Tool with { Deadline = change.Now + time } },
            CallPhase.Running,
            AgentRequest.TerminalWait,
            new() { ["terminalId"] = of.Terminal },
            [ToolEvents.Terminal(of.Terminal)]);
    }

    private static void Print(AgentChange change, Call of, string ending) =>
        Want(change, of with { Tool = of.Tool with { Ending = ending } }, CallPhase.Printing, AgentRequest.TerminalOutput, new() { ["terminalId"] = of.Terminal });

    private static void Printed(AgentChange change, Call of, Answer answer)
    {
        var output = answer.Problem ?? Text(answer.Result, "output") ?? "";
        var isCut = answer.Result?.Member("truncated") is { ValueKind: JsonValueKind.True };
        if (change.Agent.Terminals.Find(one => one.Id.Value == of.Terminal) is { } terminal)
        {
            change.Become(change.Agent.With(terminal.Released(change.Now)));
        }

        var text = $"{(isCut ? "[what came before is cut]\n" : "")}{(output.Length == 0 ? "[It printed nothing.]" : output.TrimEnd('\n'))}\n{of.Tool.Ending}";
        Over(change, of, text, isError: false, ToolEvents.Text(text));
    }

    private static void AskLeave(AgentChange change, Call of, ToolArguments arguments, JsonObject[] content)
    {
        var call = ToolEvents.Made(of.Step, of.Tool, arguments);
        if (content.Length > 0)
        {
            call["content"] = new JsonArray([.. content.Select(one => one.DeepClone())]);
        }

        var options = new JsonArray(Option("allow_once", "Allow"), Option("reject_once", "Refuse"));
        if (of.Tool.Name != BuiltInTools.Run)
        {
            options.Insert(1, Option("allow_always", "Allow all edits in this thread"));
        }

        Ask(change, of, CallPhase.Asking, AgentRequest.Permission, new() { ["toolCall"] = call, ["options"] = options });

        static JsonObject Option(string kind, string name) => new() { ["optionId"] = kind, ["name"] = name, ["kind"] = kind };
    }

    private static void LeaveTaken(AgentChange change, Call of, ToolArguments arguments, Answer answer)
    {
        var chosen = answer.Result?.Member("outcome")?.Member("optionId")?.Text();
        if (chosen is not ("allow_once" or "allow_always"))
        {
            Over(change, of, "The person refuses this. Do it otherwise, or ask what they want.", isError: true);
            return;
        }

        if (chosen == "allow_always" && of.Tool.Name != BuiltInTools.Run && change.Agent.BuiltInOf(of.WorkSession) is { Mode: BuiltInMode.Ask } thread)
        {
            change.Become(change.Agent.With(thread with { Mode = BuiltInMode.AcceptEdits }));
        }

        var allowed = of with { Tool = of.Tool with { IsAllowed = true } };
        switch (of.Tool.Name)
        {
            case BuiltInTools.Run:
                Start(change, allowed, arguments);
                break;
            case BuiltInTools.Write:
                Write(change, allowed, arguments, arguments.Text("content") ?? "", diff: null);
                break;
            default:
                Read(change, allowed, arguments, isProbe: false);
                break;
        }
    }

    private static JsonObject Question(ToolArguments arguments)
    {
        var answer = new JsonObject { ["type"] = "string", ["title"] = "Answer" };
        if (arguments.Texts("choices") is { Count: > 1 } choices)
        {
            answer["enum"] = new JsonArray([.. choices.Select(choice => JsonValue.Create(choice))]);
        }

        return new JsonObject
        {
            ["mode"] = "form",
            ["message"] = arguments.Text("question"),
            ["requestedSchema"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["answer"] = answer }, ["required"] = new JsonArray("answer") },
        };
    }

    private static string AnswerOf(Answer answer) => answer.Result?.Member("action")?.Text() == "accept"
        ? answer.Result?.Member("content")?.Member("answer")?.Text() ?? answer.Result?.Member("content")?.Json() ?? ""
        : "The person does not want to answer that.";

    private static void WriteNotes(AgentChange change, Call of, ToolArguments arguments)
    {
        if (arguments.Text("action") != "append")
        {
            Over(change, of, change.Agent.Notes.Length == 0 ? "There are none yet." : change.Agent.Notes, isError: false);
            return;
        }

        if (arguments.Text("text")?.Kept().Trim() is not { Length: > 0 } text)
        {
            Over(change, of, "text is missing: what is to be added?", isError: true);
        }
        else if (AgentNotes.Added(change.Agent.Notes, text) is { } notes)
        {
            change.Become(change.Agent with { Notes = notes });
            Over(change, of, "Added.", isError: false, ToolEvents.Text(text));
        }
        else
        {
            Over(change, of, $"The notes have at most {AgentNotes.MaxLength} characters, and would have more.", isError: true);
        }
    }

    private static int? ExitCodeOf(Answer answer) => answer.Result?.Member("exitCode") is { ValueKind: JsonValueKind.Number } code ? code.GetInt32() : null;

    private static string EndingOf(Answer answer) => answer.Problem is { } problem ? problem
        : ExitCodeOf(answer) is { } code ? string.Create(CultureInfo.InvariantCulture, $"[exit code {code}]")
        : answer.Result?.Member("signal")?.Text() is { } signal ? $"[ended by {signal}]"
        : "[it is gone, and nobody knows how it ended]";

    private static string Lines(JsonElement? result, string name, string none)
    {
        var lines = result?.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(line => line.Text() ?? "").ToList() : [];
        var more = result?.Member("truncated") is { ValueKind: JsonValueKind.True } ? "\n[there is more]" : "";
        return lines.Count == 0 ? none : string.Join('\n', lines) + more;
    }

    private static string? Text(JsonElement? result, string name) => result?.Member(name)?.Text();

    /// <summary>Something is to be done: a row, that is done where what programs want done is.</summary>
    private static void Want(AgentChange change, Call of, CallPhase phase, string what, JsonObject payload, params JsonObject[] shown)
    {
        var request = Request(change, of, phase, what, payload);
        change.Become(change.Agent.With(request));
        EffectRules.Begin(change, request);
        Save(change, of, of.Tool with { Phase = phase }, StepState.Begun);
        if (phase != CallPhase.Printing)
        {
            Tell(change, of, ToolEvents.Became(of.Step, "in_progress", shown));
        }
    }

    private static void Ask(AgentChange change, Call of, CallPhase phase, string what, JsonObject payload)
    {
        change.Become(change.Agent.With(Request(change, of, phase, what, payload)));
        Save(change, of, of.Tool with { Phase = phase }, StepState.Begun);
    }

    private static AgentRequest Request(AgentChange change, Call of, CallPhase phase, string what, JsonObject payload) => new()
    {
        Id = of.RequestOf(phase),
        Epoch = AgentRequest.OfNoProcess,
        ProgramRequestId = JsonSerializer.Serialize(of.RequestOf(phase).Value),
        WorkSessionId = of.WorkSession,
        TurnId = of.Step.TurnId,
        What = what,
        Payload = payload.ToJsonString(),
        CreatedAt = change.Now,
    };

    private static AgentRequest? Open(Agent agent, Call of) => agent.Requests.Find(one => one.Id == of.RequestOf(of.Tool.Phase) && one.State == RequestState.Open);

    /// <summary>The answer to what a call waits for, which is taken with it; null while there is none.</summary>
    private static Answer? Taken(AgentChange change, Call of)
    {
        if (change.Agent.Requests.Find(one => one.Id == of.RequestOf(of.Tool.Phase)) is not { State: not RequestState.Open, IsAnswerSent: false } request)
        {
            return null;
        }

        change.Become(change.Agent.With(request with { IsAnswerSent = true, Answer = request.IsEffect ? null : request.Answer }));
        var answer = request.Answer is { } text ? JsonElement.Parse(text) : default;
        return answer.Member("error") is { } error
            ? new Answer(Result: null, error.Member("message")?.Text() ?? "It cannot be done.", error.Member("code") is { ValueKind: JsonValueKind.Number } code ? code.GetInt32() : 0)
            : new Answer(answer.Member("result"), Problem: null, Code: 0);
    }

    private static void Save(AgentChange change, Call of, ToolCall call, StepState state)
    {
        if (change.Agent.BuiltInOf(of.WorkSession) is { } thread)
        {
            change.Become(change.Agent.With(thread.With(of.Step with { Content = new StepContent.Call(call), State = state })));
        }
    }

    private static void Tell(AgentChange change, Call of, JsonObject told) => change.Tell(EventKinds.ToolCall, of.WorkSession, of.Step.TurnId, told.ToJsonString());

    private static string WorktreeOf(Agent agent) => agent.Place?.Path ?? "/";

    /// <summary>A call, and where it belongs.</summary>
    internal sealed record Call(WorkSessionId WorkSession, BuiltInMode Mode, BuiltInStep Step, ToolCall Tool, bool HasTools, BuiltInOptions Options)
    {
        public string Terminal => AgentTerminal.IdFor(RequestOf(CallPhase.Starting)).Value;

        public RequestId RequestOf(CallPhase phase) => new($"req_{Step.Id.Value[(Step.Id.Value.IndexOf('_', StringComparison.Ordinal) + 1)..]}-{phase.Word()}");
    }

    /// <param name="Result">What came of it; null where it could not be done.</param>
    /// <param name="Problem">Why it could not be done, in words; null where it could.</param>
    /// <param name="Code">The number of that.</param>
    private sealed record Answer(JsonElement? Result, string? Problem, int Code);
}
