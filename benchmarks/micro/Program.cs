using Atelier.MicroBenchmarks;
using BenchmarkDotNet.Running;

// "processor" measures in processor time; everything else goes to BenchmarkDotNet.
if (args is ["processor"])
{
    ProcessorTime.Print(Console.Out);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
