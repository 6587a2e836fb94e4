using System.Runtime.InteropServices;
using Atelier.AgentScripts;
using Atelier.AgentScripts.Scripts;

// Usage: Atelier.ScriptedAgent [FOLDER]; without it, the folder that ATELIER_SCRIPTED_AGENT names. Further arguments are ignored.
if ((args.FirstOrDefault() ?? Environment.GetEnvironmentVariable(AgentFolder.Variable)) is not { } path)
{
    Console.Error.WriteLine($"Say the folder of the script, or set {AgentFolder.Variable}.");
    return 2;
}

var folder = new AgentFolder(path).Prepare();
var script = File.Exists(folder.Script) ? Script.Read(folder.Script) : new Script();
using var transcript = Transcript.Begin(folder);
transcript.Add("started", detail: Environment.CurrentDirectory);
using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = script.IgnoresTermination;
    transcript.Add("ending", detail: "SIGTERM");
});

using var output = new Output(transcript);
await new Agent(folder, script, transcript, output).RunAsync(Console.OpenStandardInput());
if (script.OutlivesInput)
{
    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
}

return 0;
