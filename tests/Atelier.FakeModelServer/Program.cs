using System.Text.Json;
using Atelier.FakeModelServer;

// Usage: Atelier.FakeModelServer [--port N] [--scripts DIR] [--requests DIR]
// The first line of the output says where it listens; each further line is an event. It ends with its input.
string? Argument(string name) => args.SkipWhile(argument => argument != name).Skip(1).FirstOrDefault();

var output = Console.Out;
await using var server = await ModelServer.StartAsync(
    TimeProvider.System,
    int.Parse(Argument("--port") ?? "0"),
    Argument("--scripts"),
    Argument("--requests"),
    happened => output.WriteLine(JsonSerializer.Serialize(happened, JsonSerializerOptions.Web)));
output.WriteLine(JsonSerializer.Serialize(new { listening = server.Address }, JsonSerializerOptions.Web));
while (await Console.In.ReadLineAsync() is { } signal)
{
    server.Signal(signal.Trim());
}
