using System.Collections.Concurrent;
using System.Net.WebSockets;
using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.ZedSync;
using Atelier.TestKit.Zed;

namespace Atelier.Server.Tests.Agents.ZedSync;

/// <summary>The machine on which Zeds run: a mock Zed for each agent, which outlives servers and starts when it is told to.</summary>
/// <param name="connect">Opens a connection for a process with an environment.</param>
internal sealed class FakeZeds(Func<IReadOnlyDictionary<string, string?>, CancellationToken, Task<WebSocket>> connect) : IZedProcesses, IAsyncDisposable
{
    private readonly ConcurrentDictionary<AgentId, Machine> _machines = new();

    public Task WaysChanged { get; } = new TaskCompletionSource().Task;

    /// <summary>How Zeds are that are started for the first time.</summary>
    public Action<MockZed> Zeds { get; set; } = zed => zed.Behaviour.ReadyAfter = TimeSpan.FromMilliseconds(5);

    public MockZed Of(string agent) => MachineOf(new AgentId(agent)).Zed;

    /// <summary>What a process was started with last.</summary>
    public IReadOnlyDictionary<string, string?> EnvironmentOf(string agent) => MachineOf(new AgentId(agent)).Environment;

    public Task<int> StartAsync(Agent agent, IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        var machine = MachineOf(agent.Id);
        var epoch = agent.Instance?.Epoch ?? 0;
        lock (machine)
        {
            if (machine.Epoch < epoch)
            {
                (machine.Epoch, machine.Environment) = (epoch, environment);
                machine.Zed.Start();
            }

            return Task.FromResult(machine.Epoch);
        }
    }

    public Task EndAsync(Agent agent, CancellationToken cancellationToken) => MachineOf(agent.Id).Zed.KillAsync();

    public async Task<AgentNotice.Ended> WhenEndedAsync(Agent agent, CancellationToken cancellationToken)
    {
        var exitCode = await MachineOf(agent.Id).Zed.Died.WaitAsync(cancellationToken);
        return new AgentNotice.Ended(exitCode, exitCode is null ? "KILL" : null, LastWords: null);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var machine in _machines.Values)
        {
            await machine.Zed.DisposeAsync();
        }
    }

    private Machine MachineOf(AgentId agent) => _machines.GetOrAdd(agent, _ =>
    {
        Machine? machine = null;
        machine = new Machine(new MockZed(cancellationToken => connect(machine!.Environment, cancellationToken), TimeProvider.System)); // it is there before it connects
        machine.Zed.Behaviour.ReconnectAfter = TimeSpan.FromMilliseconds(10);
        Zeds(machine.Zed);
        return machine;
    });

    private sealed class Machine(MockZed zed)
    {
        public MockZed Zed { get; } = zed;

        public int Epoch { get; set; }

        public IReadOnlyDictionary<string, string?> Environment { get; set; } = new Dictionary<string, string?>();
    }
}
