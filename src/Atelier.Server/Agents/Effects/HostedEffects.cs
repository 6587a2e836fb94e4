using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol.HostLink;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Terminals;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Sessions;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Agents.Effects;

/// <summary>Files and terminals of the host on which an agent works.</summary>
internal sealed class HostedEffects(HostLinks links, SessionOwners sessions, WorkerLaunches launches, ProgramCatalog programs)
{
    /// <summary>How much of a terminal's output is given to a program that does not say how much it wants.</summary>
    private const int UsualOutputBytes = 1 << 20;

    /// <summary>How many files or lines are given at most to who lists or searches.</summary>
    private const int UsualEntries = 1_000;

    public Task<EffectReply> PerformAsync(Agent agent, AgentRequest request, string? seen, CancellationToken cancellationToken) => request.What switch
    {
        AgentRequest.ReadFile => ReadAsync(agent, request, cancellationToken),
        AgentRequest.WriteFile => WriteAsync(agent, request, seen, cancellationToken),
        AgentRequest.ListFiles => ListAsync(agent, request, cancellationToken),
        AgentRequest.SearchText => SearchAsync(agent, request, cancellationToken),
        AgentRequest.TerminalCreate => CreateAsync(agent, request, cancellationToken),
        AgentRequest.TerminalOutput => OutputAsync(agent, request, cancellationToken),
        AgentRequest.TerminalWait => WaitAsync(agent, request, cancellationToken),
        AgentRequest.TerminalKill => KillAsync(agent, request, cancellationToken),
        _ => throw new InvalidOperationException($"{request.What} is nothing that is done."),
    };

    public async Task EndTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken)
    {
        if (await FindSessionAsync(agent) is { } session)
        {
            await session.EndWorkerAsync(terminal, cancellationToken);
        }
    }

    public async Task RemoveTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken)
    {
        if (await FindSessionAsync(agent) is { } session)
        {
            await session.RemoveWorkerAsync(terminal, cancellationToken);
        }
    }

    private async Task<EffectReply> ReadAsync(Agent agent, AgentRequest request, CancellationToken cancellationToken)
    {
        using var asked = JsonDocument.Parse(request.Payload);
        var read = await LinkOf(agent).RequestAsync(
            HostMethods.ReadText,
            new ReadTextRequest(WorktreeOf(agent), EffectRules.TextIn(request, "path") ?? "", Number(asked, "line"), Number(asked, "limit")),
            HostJson.Default.ReadTextRequest,
            HostJson.Default.ReadTextReply,
            cancellationToken);
        return new EffectReply(new JsonObject { ["content"] = read.Text }.ToJsonString(), read.Hash);
    }

    private async Task<EffectReply> WriteAsync(Agent agent, AgentRequest request, string? seen, CancellationToken cancellationToken)
    {
        var written = await LinkOf(agent).RequestAsync(
            HostMethods.WriteText,
            new WriteTextRequest(
                request.Id.Value, WorktreeOf(agent), EffectRules.TextIn(request, "path") ?? "", EffectRules.TextIn(request, "content") ?? "", seen),
            HostJson.Default.WriteTextRequest,
            HostJson.Default.WriteTextReply,
            cancellationToken);
        return new EffectReply("{}", written.Hash);
    }

    private async Task<EffectReply> ListAsync(Agent agent, AgentRequest request, CancellationToken cancellationToken)
    {
        using var asked = JsonDocument.Parse(request.Payload);
        var listed = await LinkOf(agent).RequestAsync(
            HostMethods.ListFiles,
            new ListFilesRequest(
                WorktreeOf(agent), EffectRules.TextIn(request, "path") ?? "", Flag(asked, "deep"), (int)Math.Clamp(Number(asked, "limit") ?? UsualEntries, 1, UsualEntries)),
            HostJson.Default.ListFilesRequest,
            HostJson.Default.FileList,
            cancellationToken);
        return new EffectReply(new JsonObject { ["entries"] = Texts(listed.Entries), ["truncated"] = listed.IsTruncated }.ToJsonString());
    }

    private async Task<EffectReply> SearchAsync(Agent agent, AgentRequest request, CancellationToken cancellationToken)
    {
        using var asked = JsonDocument.Parse(request.Payload);
        var found = await LinkOf(agent).RequestAsync(
            HostMethods.SearchText,
            new SearchTextRequest(
                WorktreeOf(agent),
                EffectRules.TextIn(request, "path") ?? "",
                EffectRules.TextIn(request, "pattern") ?? "",
                EffectRules.TextIn(request, "glob"),
                Flag(asked, "ignoreCase"),
                (int)Math.Clamp(Number(asked, "limit") ?? UsualEntries, 1, UsualEntries)),
            HostJson.Default.SearchTextRequest,
            HostJson.Default.FoundText,
            cancellationToken,
            isLong: true);
        return new EffectReply(new JsonObject { ["lines"] = Texts(found.Lines), ["truncated"] = found.IsTruncated }.ToJsonString());
    }

    private async Task<EffectReply> CreateAsync(Agent agent, AgentRequest request, CancellationToken cancellationToken)
    {
        var session = await SessionOf(agent);
        var wish = TerminalWish.Of(request.Payload) ?? throw new InvalidOperationException($"The request {request.Id} has no command.");
        var program = await programs.FindAsync(new AgentProgramId(agent.ProgramId), cancellationToken);
        var environment = new Dictionary<string, string?>(wish.Environment) { ["ATELIER_AGENT_ID"] = agent.Id.Value };
        var launch = await launches.ForAgentTerminalAsync(
            session.Current, program, new WorkerLaunch(wish.Command, environment, Directory: wish.Directory), cancellationToken);
        var id = AgentTerminal.IdFor(request.Id);
        _ = await session.RunProgramAsync(id, WorkerType.Terminal, wish.Name, programId: null, launch, epoch: 1, cancellationToken) ?? throw SessionGone(agent);
        return new EffectReply(new JsonObject { ["terminalId"] = id.Value }.ToJsonString());
    }

    private async Task<EffectReply> OutputAsync(Agent agent, AgentRequest request, CancellationToken cancellationToken)
    {
        var terminal = TerminalOf(agent, request);
        var tail = await LinkOf(agent).RequestAsync(
            HostMethods.ReadTail,
            new ReadTailRequest(terminal.Id.Value, terminal.OutputByteLimit ?? UsualOutputBytes),
            HostJson.Default.ReadTailRequest,
            HostJson.Default.TailReply,
            cancellationToken);
        var output = new JsonObject { ["output"] = tail.Text, ["truncated"] = tail.IsTruncated };
        if (tail.State != WorkerRunState.Running)
        {
            output["exitStatus"] = Exit(tail.ExitCode, tail.Signal);
        }

        return new EffectReply(output.ToJsonString());
    }

    private async Task<EffectReply> WaitAsync(Agent agent, AgentRequest request, CancellationToken cancellationToken)
    {
        var worker = await (await SessionOf(agent)).WhenEndedAsync(TerminalOf(agent, request).Id, cancellationToken);
        return new EffectReply(Exit(worker?.ExitCode, worker?.Signal).ToJsonString());
    }

    private async Task<EffectReply> KillAsync(Agent agent, AgentRequest request, CancellationToken cancellationToken)
    {
        await EndTerminalAsync(agent, TerminalOf(agent, request).Id, cancellationToken);
        return new EffectReply("{}");
    }

    /// <summary>How it ended; of one whose keeper was killed nobody knows, and both are null.</summary>
    private static JsonObject Exit(int? exitCode, string? signal) => new() { ["exitCode"] = exitCode, ["signal"] = signal is null ? null : $"SIG{signal}" };

    private static long? Number(JsonDocument asked, string name) =>
        asked.RootElement.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    private static bool Flag(JsonDocument asked, string name) => asked.RootElement.Member(name) is { ValueKind: JsonValueKind.True };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text.Kept()))]);

    private static AgentTerminal TerminalOf(Agent agent, AgentRequest request) =>
        agent.Terminals.Find(one => one.Id.Value == EffectRules.TextIn(request, "terminalId"))
            ?? throw new HostRefusedException("not-found", "The terminal is not there any more.", "");

    private static string WorktreeOf(Agent agent) => agent.Place?.Path ?? throw new InvalidOperationException($"The agent {agent.Id} has no worktree.");

    private HostLink LinkOf(Agent agent) => links.Get(new HostId(agent.Place?.HostId ?? ""));

    private async Task<SessionOwner?> FindSessionAsync(Agent agent) => agent.Place is { } place ? await sessions.FindAsync(new SessionId(place.SessionId)) : null;

    private async Task<SessionOwner> SessionOf(Agent agent) => await FindSessionAsync(agent) ?? throw SessionGone(agent);

    private HostRefusedException SessionGone(Agent agent) =>
        new("not-found", "The session that the agent works in has been deleted.", LinkOf(agent).Host.Name);
}
