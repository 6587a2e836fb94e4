using Atelier.Scenarios.Agents;
using Atelier.Scenarios.Keepers;

// Scenarios of the whole system, or of one process of it, in one table each. ATELIER_KEEPER names the keeper to measure.
var rounds = args is [_, var count] ? int.Parse(count) : 15;
switch (args)
{
    case ["keeper", ..]:
        await KeeperScenarios.RunAsync(Console.Out, rounds);
        return 0;
    case ["events", ..]:
        await EventScenario.RunAsync(Console.Out, rounds);
        return 0;
    default:
        await Console.Error.WriteLineAsync("Usage: Atelier.Scenarios keeper|events [rounds]");
        return 2;
}
