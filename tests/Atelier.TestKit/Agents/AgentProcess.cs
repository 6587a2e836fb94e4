using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.TestKit.Agents;

/// <summary>An agent program over pipes, and the plainest client of it: lines out, lines in, everything kept. Killed with the test.</summary>
public sealed class AgentProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly Task _reading;
    private readonly Task<string> _errors;
    private ImmutableList<string> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;
    private int _lastId;

    private AgentProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _reading = Task.Run(ReadAsync);
    }

    public int Pid => _process.Id;

    /// <summary>Every line that it wrote.</summary>
    public ImmutableList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return _lines;
            }
        }
    }

    /// <summary>Every line that it wrote, as a message; a line that is none fails the test.</summary>
    public ImmutableArray<JsonObject> Messages => [.. Lines.Select(line => JsonNode.Parse(line)!.AsObject())];

    public static AgentProcess Start(
        IReadOnlyList<string> command, string directory, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment ?? ImmutableDictionary<string, string>.Empty)
        {
            start.Environment[name] = value;
        }

#pragma warning disable RS0030 // the kit's adapter to agents
        return new AgentProcess(Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start."));
#pragma warning restore RS0030
    }

    /// <summary>Writes a line as it is.</summary>
    public async Task WriteAsync(string line)
    {
        await _process.StandardInput.WriteAsync(line + "\n");
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Asks; the whole answer, a result or an error.</summary>
    public async Task<JsonObject> AskAsync(string method, JsonObject parameters)
    {
        var id = await BeginAsync(method, parameters);
        return await AnswerToAsync(id, method);
    }

    /// <summary>Asks without waiting; the id.</summary>
    public async Task<int> BeginAsync(string method, JsonObject parameters)
    {
        var id = Interlocked.Increment(ref _lastId);
        await WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters }.ToJsonString());
        return id;
    }

    public Task<JsonObject> AnswerToAsync(int id, string what) =>
        WaitForAsync(message => message["method"] is null && message["id"]?.ToJsonString() == id.ToString(), $"the answer to {what}");

    public Task TellAsync(string method, JsonObject parameters) =>
        WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = parameters }.ToJsonString());

    /// <summary>Answers what the program asked.</summary>
    public Task AnswerAsync(JsonObject request, JsonObject result) =>
        WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request["id"]!.DeepClone(), ["result"] = result }.ToJsonString());

    /// <summary>Waits until it asks something of that method; the n-th time it does.</summary>
    public Task<JsonObject> AskedAsync(string method, int nth = 1) => WaitForAsync(
        message => (string?)message["method"] == method && message["id"] is not null, $"the question {method}", nth);

    /// <summary>Waits for a message; the n-th that fits, from the beginning.</summary>
    public async Task<JsonObject> WaitForAsync(Func<JsonObject, bool> fits, string what, int nth = 1) =>
        JsonNode.Parse(await WaitForLineAsync(line => TryRead(line) is { } message && fits(message), what, nth))!.AsObject();

    /// <summary>Waits for a line that need be no message.</summary>
    public async Task<string> WaitForLineAsync(Func<string, bool> fits, string what, int nth = 1)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_lines.Where(fits).Skip(nth - 1).FirstOrDefault() is { } found)
                {
                    return found;
                }

                if (_ended)
                {
                    throw new InvalidOperationException($"The program ended its output before {what}. It said: {string.Join('\n', _lines.TakeLast(10))}");
                }

                changed = _changed.Task;
            }

            await Patience.For(changed, what);
        }
    }

    /// <summary>Waits until it has closed its output.</summary>
    public Task OutputEndedAsync() => Patience.For(_reading, "the end of the output");

    public void EndInput() => _process.StandardInput.Close();

    /// <summary>Waits until it has ended; its exit code, and all it wrote to standard error.</summary>
    public async Task<(int ExitCode, string Errors)> EndedAsync()
    {
        await Patience.For(_process.WaitForExitAsync(), "the end of the program");
        return (_process.ExitCode, await _errors);
    }

    /// <summary>Asks it to end, by SIGTERM.</summary>
    public async Task TerminateAsync()
    {
#pragma warning disable RS0030 // .NET has no way to send that signal
        using var kill = Process.Start("kill", $"-TERM {Pid}");
#pragma warning restore RS0030
        await kill.WaitForExitAsync();
    }

    /// <summary><c>kill -9</c>, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await Patience.For(_process.WaitForExitAsync(), "a killed program to be gone");
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static JsonObject? TryRead(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task ReadAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync();
        while (line is not null)
        {
            Change(line);
            line = await _process.StandardOutput.ReadLineAsync();
        }

        Change(line: null);
    }

    private void Change(string? line)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _lines = line is null ? _lines : _lines.Add(line);
            _ended = line is null;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
