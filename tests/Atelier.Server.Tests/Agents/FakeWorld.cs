using System.Collections.Concurrent;
using System.Text.Json;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Terminals;
using Atelier.Server.Hosts;

namespace Atelier.Server.Tests.Agents;

/// <summary>Files and terminals of a machine, where the same request twice changes nothing more; it writes down what was changed.</summary>
internal sealed class FakeWorld
{
    private readonly ConcurrentDictionary<string, string> _files = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _terminals = new();
    private readonly ConcurrentDictionary<RequestId, EffectReply> _done = new();

    /// <summary>Whether what runs in terminals ends at once.</summary>
    public bool EndsByItself { get; set; }

    /// <summary>Texts of files, by path.</summary>
    public IReadOnlyDictionary<string, string> Files => _files;

    /// <summary>Terminals whose tabs are there.</summary>
    public IReadOnlyCollection<string> Terminals => [.. _terminals.Keys];

    /// <summary>Questions by which something was changed.</summary>
    public IReadOnlyCollection<RequestId> Done => [.. _done.Keys];

    /// <summary>Does what a question asks for; null where that is to wait.</summary>
    public EffectReply? Perform(AgentRequest request)
    {
        switch (request.What)
        {
            case AgentRequest.ReadFile when request.Epoch == AgentRequest.OfNoProcess && !_files.ContainsKey(EffectRules.TextIn(request, "path") ?? ""):
                throw new HostRefusedException("not-found", $"There is no file {EffectRules.TextIn(request, "path")}.", "testbench");
            case AgentRequest.ListFiles:
                return new EffectReply(JsonSerializer.Serialize(new { entries = _files.Keys.Order(StringComparer.Ordinal), truncated = false }));
            case AgentRequest.SearchText:
                return new EffectReply(JsonSerializer.Serialize(new
                {
                    lines = _files.Where(file => file.Value.Contains(EffectRules.TextIn(request, "pattern") ?? "", StringComparison.Ordinal)).Select(file => $"{file.Key}:1:{file.Value}"),
                    truncated = false,
                }));
            case AgentRequest.ReadFile:
                return new EffectReply(
                    JsonSerializer.Serialize(new { content = _files.GetValueOrDefault(EffectRules.TextIn(request, "path") ?? "", "") }),
                    Seen: $"hash of {_files.GetValueOrDefault(EffectRules.TextIn(request, "path") ?? "")}");
            case AgentRequest.WriteFile:
                return _done.GetOrAdd(request.Id, _ =>
                {
                    _files[EffectRules.TextIn(request, "path") ?? ""] = EffectRules.TextIn(request, "content") ?? "";
                    return new EffectReply("{}", Seen: "written");
                });
            case AgentRequest.TerminalCreate:
                return _done.GetOrAdd(request.Id, id =>
                {
                    _terminals[AgentTerminal.IdFor(id).Value] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    if (EndsByItself)
                    {
                        End(AgentTerminal.IdFor(id).Value);
                    }

                    return new EffectReply(JsonSerializer.Serialize(new { terminalId = AgentTerminal.IdFor(id).Value }));
                });
            case AgentRequest.TerminalWait:
                return null;
            case AgentRequest.TerminalOutput:
                _ = TerminalOf(request);
                return new EffectReply("""{"output":"done","truncated":false}""");
            case AgentRequest.TerminalKill:
                End(EffectRules.TextIn(request, "terminalId") ?? "");
                return new EffectReply("{}");
            default:
                throw new InvalidOperationException($"{request.What} is nothing that is done.");
        }
    }

    /// <summary>The end of the terminal that a question is about.</summary>
    public async Task<string> EndOfAsync(AgentRequest request)
    {
        await TerminalOf(request).Task;
        return """{"exitCode":0,"signal":null}""";
    }

    /// <summary>A person changes a file.</summary>
    public void Put(string path, string text) => _files[path] = text;

    /// <summary>What runs in a terminal ends.</summary>
    public void End(string terminal)
    {
        if (_terminals.TryGetValue(terminal, out var running))
        {
            running.TrySetResult();
        }
    }

    public void Remove(string terminal) => _terminals.TryRemove(terminal, out _);

    private TaskCompletionSource TerminalOf(AgentRequest request) => _terminals.GetValueOrDefault(EffectRules.TextIn(request, "terminalId") ?? "")
        ?? throw new HostRefusedException("not-found", "There is no such terminal.", "testbench");
}
