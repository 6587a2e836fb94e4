using System.Runtime.InteropServices;
using Atelier.DemoAgent;
using Atelier.DemoAgent.Acp;
using Atelier.Protocol.JsonRpc;

const int WrongUsage = 2;
const int LongestMessage = 64 << 20;

if (DemoOptions.Read(args, Environment.GetEnvironmentVariable) is not { } options)
{
    await Console.Error.WriteLineAsync(DemoOptions.Usage);
    return WrongUsage;
}

var ended = new TaskCompletionSource();
using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    ended.TrySetResult();
});

var client = new AgentClient();
using var agent = new AgentEndpoints(options, client, TimeProvider.System);
var peer = new JsonRpcPeer(
    new LineMessages(Console.OpenStandardInput(), Console.OpenStandardOutput(), LongestMessage),
    agent.Methods(),
    new JsonRpcOptions
    {
        CancelMethod = AcpMethods.CancelRequest,
        CancelIdName = "requestId",
        MaxMalformedMessages = int.MaxValue,   // each is answered; none of them ends the others' work
        OnFault = (method, fault) => Console.Error.WriteLine($"{method}: {fault}"),
    });
client.SpeakThrough(peer);

// A read of standard input cannot be taken back, so the end of the program does not wait for it.
await Task.WhenAny(peer.RunAsync(CancellationToken.None), ended.Task);
await agent.EndAsync();
return 0;
