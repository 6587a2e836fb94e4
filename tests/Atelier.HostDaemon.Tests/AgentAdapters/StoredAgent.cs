using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.TestKit;
using Atelier.TestKit.HostLink;

namespace Atelier.HostDaemon.Tests.AgentAdapters;

/// <summary>What a server has stored of one agent program: it takes each stretch once, and one end of each process, whatever is sent again.</summary>
internal sealed class StoredAgent(string workerId)
{
    private readonly Lock _gate = new();
    private readonly HashSet<int> _endedEpochs = [];
    private readonly List<(Func<bool> Condition, TaskCompletionSource Met)> _waiting = [];

    /// <summary>Every batch that came, stored or not.</summary>
    public List<AgentBatch> Batches { get; } = [];

    public List<(int Epoch, AgentNotice Notice)> Notices { get; } = [];

    public long Cursor { get; private set; }

    /// <summary>Runs before a batch is stored: it may wait, or throw.</summary>
    public Func<AgentBatch, Task> BeforeStoring { get; set; } = _ => Task.CompletedTask;

    /// <summary>Runs after a batch was stored and before that is answered: it may throw.</summary>
    public Func<AgentBatch, Task> BeforeAnswering { get; set; } = _ => Task.CompletedTask;

    public IEnumerable<AgentNotice.Said> Said(string name) =>
        Notices.Select(each => each.Notice).OfType<AgentNotice.Said>().Where(said => said.Event == name);

    public IEnumerable<(int Epoch, AgentNotice.Ended Notice)> Ends =>
        Notices.Where(each => each.Notice is AgentNotice.Ended).Select(each => (each.Epoch, (AgentNotice.Ended)each.Notice));

    /// <summary>The numbers that a program counted up in plans.</summary>
    public IEnumerable<int> Counted => Said("plan").Select(said => said.Payload.GetProperty("entries")[0].GetInt32());

    /// <summary>A program in the shell: prints a plan for each number.</summary>
    public static string Count(int first, int last) =>
        $$$$"""seq -f '{"method":"session/update","params":{"sessionId":"s","update":{"sessionUpdate":"plan","entries":[%.0f]}}}' {{{{first}}}} {{{{last}}}}""";

    /// <summary>Follows the program on a link from the cursor on.</summary>
    public async Task FollowAsync(TestLink link)
    {
        link.StoreBatch = StoreAsync;
        await link.AskAsync(
            HostMethods.FollowAgent,
            new FollowAgentRequest(workerId, AgentDialect.Acp, Cursor),
            HostJson.Default.FollowAgentRequest,
            HostJson.Default.Done);
    }

    public Task UntilEnded(int epoch) => Until(() => _endedEpochs.Contains(epoch), $"the end of process {epoch}");

    public Task Until(Func<bool> condition, string what)
    {
        lock (_gate)
        {
            if (condition())
            {
                return Task.CompletedTask;
            }

            var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((condition, met));
            return Patience.For(met.Task, $"{what}; stored are {Notices.Count} notices up to {Cursor}");
        }
    }

    private async Task<AgentCursor> StoreAsync(AgentBatch batch)
    {
        lock (_gate)
        {
            Batches.Add(batch);
            Tell();
        }

        await BeforeStoring(batch);
        lock (_gate)
        {
            if (batch.FromOffset == Cursor)
            {
                foreach (var notice in batch.Notices.Where(notice => notice is not AgentNotice.Ended || _endedEpochs.Add(batch.Epoch)))
                {
                    Notices.Add((batch.Epoch, notice));
                }

                Cursor = batch.ToOffset;
                Tell();
            }
        }

        await BeforeAnswering(batch);
        return new AgentCursor(Cursor);
    }

    private void Tell()
    {
        foreach (var (_, met) in _waiting.Where(waiting => waiting.Condition()))
        {
            met.TrySetResult();
        }
    }
}

/// <summary>Agent programs with pipes on a machine of a test.</summary>
internal static class AgentPrograms
{
    /// <summary>A worker with pipes that runs a shell script.</summary>
    public static StartWorkerRequest Pipes(this TestMachine machine, string workerId, string script, int epoch = 1) =>
        machine.Shell(workerId, script, epoch) with { Kind = Protocol.KeeperLink.WorkerKind.Protocol };

    /// <summary>Sends a command to a program.</summary>
    public static Task SayAsync(this TestLink link, string workerId, long sequence, AgentCommand command, int epoch = 1) => link.AskAsync(
        HostMethods.SendToAgent,
        new SendToAgentRequest(workerId, AgentDialect.Acp, epoch, sequence, command),
        HostJson.Default.SendToAgentRequest,
        HostJson.Default.Done);

    /// <summary>A command that can be told from others by its text.</summary>
    public static AgentCommand Mode(string mode) => new AgentCommand.SetMode("s", mode);

    public static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
