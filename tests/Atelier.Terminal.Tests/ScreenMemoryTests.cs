using System.Text;

namespace Atelier.Terminal.Tests;

/// <summary>Measures the whole process's heap, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(ScreenMemoryTests), DisableParallelization = true)]
[Collection(nameof(ScreenMemoryTests))]
public sealed class ScreenMemoryTests
{
    [Fact]
    public void The_memory_a_terminal_accounts_for_is_what_it_has()
    {
        const int Terminals = 20;
        const int Lines = 3000;
        var output = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, Lines).Select(line =>
            $"\e[{31 + (line % 7)}m{new string('w', 150)}\r\n\e[38;2;{line & 255};{line >> 8};1;48;2;{line * 7 & 255};2;3mx")));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var screens = Enumerable.Range(0, Terminals).Select(_ => new Screen(120, 40)).ToArray();
        foreach (var screen in screens)
        {
            screen.Feed(output);
        }

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Terminals;
        Assert.InRange(each, 0, ScreenLimits.MemoryBytes);
        Assert.InRange(screens[0].MemoryBytes, each * 2 / 3, each * 3 / 2);
    }
}
