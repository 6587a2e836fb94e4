using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Hosts;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Tests.Agents;

/// <summary>
/// The machine on which instances run, with its keepers and its daemon: programs, logs with offsets, numbered input. It outlives servers; each has a link of its own
/// to it. What it sees going wrong it keeps in <see cref="Faults"/>.
/// </summary>
internal sealed class FakeInstances
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Machine> _machines = [];

    /// <summary>What no server may ever do, and did.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>How programs are that are started for the first time.</summary>
    public Action<FakeProgram> Programs { get; set; } = _ => { };

    /// <summary>Files and terminals of the machine.</summary>
    public FakeWorld World { get; } = new();

    /// <summary>Why no process can be started; null when one can.</summary>
    public string? CannotStart { get; set; }

    /// <summary>How a login in a terminal ends, once it does.</summary>
    public TaskCompletionSource<int?> LoginEnds { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The machine of an agent's instance.</summary>
    public Machine Of(Agent agent) => Of(agent.Instance?.WorkerId ?? throw new InvalidOperationException("The agent has no instance."));

    /// <summary>Kills all processes.</summary>
    public void KillPrograms()
    {
        lock (_gate)
        {
            foreach (var machine in _machines.Values)
            {
                machine.Stop(exitCode: null);
            }
        }
    }

    /// <summary>Links a server.</summary>
    public FakeLink Link(FakeSteps steps, Func<AgentBatch, CancellationToken, Task<AgentCursor>> take) => new(this, steps, take);

    private Machine Of(string worker)
    {
        lock (_gate)
        {
            if (!_machines.TryGetValue(worker, out var machine))
            {
                _machines[worker] = machine = new Machine(this, worker);
                Programs(machine.Program);
            }

            return machine;
        }
    }

    /// <summary>A keeper with its program.</summary>
    internal sealed class Machine
    {
        private const int BytesOfNotice = 10;

        private readonly FakeInstances _all;
        private readonly string _worker;
        private readonly List<Entry> _log = [];
        private readonly Dictionary<long, string> _taken = [];
        private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _end;
        private long _committed;

        public Machine(FakeInstances all, string worker)
        {
            (_all, _worker) = (all, worker);
            Program = new FakeProgram(this);
        }

        public FakeProgram Program { get; }

        public int Epoch { get; private set; }

        public bool IsRunning { get; private set; }

        /// <summary>Bytes that it has said.</summary>
        public long End => Interlocked.Read(ref _end);

        /// <summary>Whether it takes no input, as one whose pipe is full.</summary>
        public bool IsDeaf { get; set; }

        /// <summary>Payloads of everything that it said and that is news, in order.</summary>
        public IReadOnlyList<string> News
        {
            get
            {
                lock (_all._gate)
                {
                    return [.. _log.Where(entry => entry.IsNews).Select(entry => entry.Notice).OfType<AgentNotice.Said>().Select(said => said.Payload.GetRawText())];
                }
            }
        }

        /// <summary>What runs in a terminal ends by itself.</summary>
        public void EndTerminal(string? terminal) => _all.World.End(terminal ?? "");

        public void Say(AgentNotice notice, bool isNews = true)
        {
            var from = _end;
            _end += notice is AgentNotice.Ended ? 0 : BytesOfNotice; // an end is no output
            _log.Add(new Entry(from, _end, Epoch, notice, isNews));
            var more = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            more.TrySetResult();
        }

        /// <summary>Ends the process, if one runs.</summary>
        public void Stop(int? exitCode)
        {
            lock (_all._gate)
            {
                if (IsRunning)
                {
                    IsRunning = false;
                    Program.Forget();
                    Say(new AgentNotice.Ended(exitCode, exitCode is null ? "KILL" : null, LastWords: null));
                }
            }
        }

        /// <summary>Lets it say something of its own accord.</summary>
        public void Speak(Action<FakeProgram> speak)
        {
            lock (_all._gate)
            {
                speak(Program);
            }
        }

        public int Start(int epoch)
        {
            lock (_all._gate)
            {
                if (_all.CannotStart is { } problem)
                {
                    throw new HostRefusedException("command-not-found", problem, "testbench");
                }

                if (Epoch < epoch)
                {
                    if (IsRunning)
                    {
                        _all.Faults.Add($"Process {epoch} of {_worker} was started while {Epoch} runs.");
                    }

                    Epoch = epoch;
                    IsRunning = true;
                    _taken.Clear();
                }

                return Epoch;
            }
        }

        public void Take(NumberedCommand command)
        {
            lock (_all._gate)
            {
                if (!IsRunning || command.Epoch != Epoch)
                {
                    throw new HostRefusedException("epoch-ended", "That process is not there any more.", "testbench");
                }

                var text = JsonSerializer.Serialize(command.Command, HostJson.Default.AgentCommand);
                if (_taken.TryGetValue(command.Sequence, out var before))
                {
                    if (before != text)
                    {
                        _all.Faults.Add($"Two commands were numbered {command.Sequence}: {before} and {text}.");
                    }
                }
                else if (command.Sequence != _taken.Count + 1)
                {
                    _all.Faults.Add($"Command {command.Sequence} came after {_taken.Count}.");
                    throw new HostRefusedException("out-of-order", "That is not the next command.", "testbench");
                }
                else
                {
                    _taken[command.Sequence] = text;
                    Program.Take(Epoch, command.Sequence, command.Command);
                }
            }
        }

        /// <summary>The next batch after a place in the log; waits for one.</summary>
        public async Task<(AgentBatch Batch, int Next)> NextAsync(int at, int most, CancellationToken cancellationToken)
        {
            while (true)
            {
                Task more;
                lock (_all._gate)
                {
                    if (at < _log.Count)
                    {
                        var entries = _log.Skip(at).TakeWhile(entry => entry.Epoch == _log[at].Epoch).Take(most).ToList();
                        return (new AgentBatch(_worker, entries[0].From, entries[^1].To, entries[0].Epoch, [.. entries.Select(entry => entry.Notice)]), at + entries.Count);
                    }

                    more = _more.Task;
                }

                await more.WaitAsync(cancellationToken);
            }
        }

        /// <summary>The place in the log that an offset is.</summary>
        public int PlaceOf(long offset)
        {
            lock (_all._gate)
            {
                if (offset < _committed)
                {
                    _all.Faults.Add($"Bytes from {offset} on are wanted, and everything before {_committed} was said to be stored.");
                }

                return _log.TakeWhile(entry => entry.From < offset).Count();
            }
        }

        public void Commit(long offset)
        {
            lock (_all._gate)
            {
                _committed = Math.Max(_committed, offset);
            }
        }

        private sealed record Entry(long From, long To, int Epoch, AgentNotice Notice, bool IsNews);
    }

    /// <summary>A server's link to the machine; it can break, and is another one then.</summary>
    internal sealed class FakeLink(FakeInstances all, FakeSteps steps, Func<AgentBatch, CancellationToken, Task<AgentCursor>> take) : IInstanceHost, IDisposable
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<string, CancellationTokenSource> _followed = [];
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private CancellationTokenSource? _way = new();
        private volatile string _doing = "";

        public Task WaysChanged
        {
            get
            {
                lock (_gate)
                {
                    return _changed.Task;
                }
            }
        }

        /// <summary>How many notices a batch has at most.</summary>
        public int MostNotices { get; set; } = 3;

        public object? WayTo(Agent agent)
        {
            lock (_gate)
            {
                return _way;
            }
        }

        /// <summary>Ends the link; another one comes at once unless the machine stays away.</summary>
        public void Break(bool comesBack = true)
        {
            CancellationTokenSource? was;
            TaskCompletionSource changed;
            lock (_gate)
            {
                was = _way;
                _way = comesBack ? new CancellationTokenSource() : null;
                _followed.Clear();
                changed = _changed;
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            was?.Cancel();
            changed.TrySetResult();
        }

        public override string ToString()
        {
            lock (_gate)
            {
                return $"link {(_way is null ? "away" : "there")}, followed {_followed.Count}, {_doing}";
            }
        }

        public void Dispose() => _way?.Dispose();

        public async Task<int> StartAsync(Agent agent, CancellationToken cancellationToken)
        {
            var epoch = 0;
            await OverLinkAsync("start", () => epoch = all.Of(agent).Start(agent.Instance?.Epoch ?? 0), cancellationToken);
            return epoch;
        }

        public Task EndAsync(Agent agent, CancellationToken cancellationToken) => OverLinkAsync("end", () => all.Of(agent).Stop(exitCode: null), cancellationToken);

        public Task SayAsync(Agent agent, NumberedCommand command, CancellationToken cancellationToken) =>
            OverLinkAsync("say", () => all.Of(agent).Take(command), cancellationToken, all.Of(agent).IsDeaf);

        public Task FollowAsync(Agent agent, CancellationToken cancellationToken) => OverLinkAsync(
            "follow",
            () =>
            {
                lock (_gate)
                {
                    if (_way is { } way)
                    {
                        var machine = all.Of(agent);
                        var stop = CancellationTokenSource.CreateLinkedTokenSource(way.Token);
                        if (_followed.Remove(agent.Id.Value, out var before))
                        {
                            before.Cancel();
                        }

                        _followed[agent.Id.Value] = stop;
                        _ = DeliverAsync(machine, machine.PlaceOf(agent.Instance?.LogOffset ?? 0), stop.Token);
                    }
                }
            },
            cancellationToken);

        public async Task<EffectReply> PerformAsync(Agent agent, AgentRequest request, string? seen, CancellationToken cancellationToken)
        {
            EffectReply? reply = null;
            await OverLinkAsync("perform", () => reply = all.World.Perform(request), cancellationToken);
            return reply ?? new EffectReply(await all.World.EndOfAsync(request).WaitAsync(cancellationToken));
        }

        public async Task<int?> LogInAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken)
        {
            await OverLinkAsync("log-in", () => { }, cancellationToken);
            return await all.LoginEnds.Task.WaitAsync(cancellationToken);
        }

        public Task EndTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken) =>
            OverLinkAsync("end-terminal", () => all.World.End(terminal.Value), cancellationToken);

        public Task RemoveTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken) =>
            OverLinkAsync("remove-terminal", () => all.World.Remove(terminal.Value), cancellationToken);

        private async Task OverLinkAsync(string what, Action act, CancellationToken cancellationToken, bool never = false)
        {
            var way = Way();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, way.Token);
            try
            {
                await steps.PassAsync($"before {what}", either.Token);
                if (never)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token);
                }

                either.Token.ThrowIfCancellationRequested();
                act();
                await steps.PassAsync($"after {what}", either.Token);
                either.Token.ThrowIfCancellationRequested();
            }
            catch (OperationCanceledException) when (way.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new HostOfflineException("The link ended before it was answered.");
            }
        }

        private CancellationTokenSource Way()
        {
            lock (_gate)
            {
                return _way ?? throw new HostOfflineException("There is no link.");
            }
        }

        /// <summary>One batch at a time, again until it is answered, as the daemon does it.</summary>
        private async Task DeliverAsync(Machine machine, int at, CancellationToken cancellationToken)
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    _doing = $"waiting at {at}";
                    var (batch, next) = await machine.NextAsync(at, MostNotices, cancellationToken);
                    _doing = $"taking {batch.FromOffset} to {batch.ToOffset}";
                    await steps.PassAsync("before batch", cancellationToken);
                    var cursor = await take(batch, cancellationToken);
                    await steps.PassAsync("after batch", cancellationToken);
                    cancellationToken.ThrowIfCancellationRequested();
                    machine.Commit(cursor.Offset);
                    at = cursor.Offset == batch.ToOffset ? next : machine.PlaceOf(cursor.Offset);
                }
                catch (Exception) when (!cancellationToken.IsCancellationRequested)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None); // as the daemon does
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }
}
