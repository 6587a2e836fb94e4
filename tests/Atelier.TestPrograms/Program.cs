// Small programs that tests run inside workers: Atelier.TestPrograms count [lines a second]
// Each prints what a checker can hold against an independent rule.

if (args is not ["count", .. var options])
{
    Console.Error.WriteLine("Say which program: count [lines a second]");
    return 2;
}

Atelier.TestPrograms.CountingProgram.Run(options is [var rate] ? int.Parse(rate) : int.MaxValue);
return 0;
