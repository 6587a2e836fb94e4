using System.Text.Json;
using Atelier.Keeper;
using Atelier.Keeper.Pty;
using Atelier.Protocol.KeeperLink;

if (args is not [var folder])
{
    Console.Error.WriteLine(
        "The host daemon starts keepers: Atelier.Keeper <worker folder>, with the launch as one line of JSON on standard input.");
    return 2;
}

try
{
    var launch = JsonSerializer.Deserialize(Console.In.ReadLine() ?? "null", KeeperJson.Default.KeeperLaunch)
        ?? throw new KeeperProblemException("launch", "The launch is empty.");
    KeeperStart.Run(folder, launch, TimeProvider.System);
    return 0;
}
catch (KeeperProblemException problem)
{
    KeeperStart.Answer(new KeeperLaunchReply(Ready: null, problem.Problem));
    return 1;
}
catch (JsonException problem)
{
    KeeperStart.Answer(new KeeperLaunchReply(
        Ready: null, new KeeperProblem("launch", $"The launch cannot be read: {problem.Message}")));
    return 1;
}
