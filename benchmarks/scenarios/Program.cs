using Atelier.Scenarios.Keepers;

// Scenarios of the whole system, or of one process of it, in one table each. ATELIER_KEEPER names the keeper to measure.
if (args is not ["keeper", .. var rounds])
{
    await Console.Error.WriteLineAsync("Usage: Atelier.Scenarios keeper [rounds]");
    return 2;
}

await KeeperScenarios.RunAsync(Console.Out, rounds is [var count] ? int.Parse(count) : 15);
return 0;
