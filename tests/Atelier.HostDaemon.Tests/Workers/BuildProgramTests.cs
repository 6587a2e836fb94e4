using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;

namespace Atelier.HostDaemon.Tests.Workers;

public sealed class BuildProgramTests
{
    [Fact]
    public void Only_the_first_word_of_a_command_names_a_program_of_ours()
    {
        Assert.Equal([BuildPrograms.DemoAgent, "--instant"], BuildPrograms.Resolve([BuildPrograms.DemoAgentName, "--instant"]));
        Assert.Equal(["echo", BuildPrograms.DemoAgentName], BuildPrograms.Resolve(["echo", BuildPrograms.DemoAgentName]));
        Assert.Equal(["/usr/bin/atelier-demo-agent"], BuildPrograms.Resolve(["/usr/bin/atelier-demo-agent"]));
    }

    [Fact]
    public async Task The_demo_agent_of_the_build_is_found_and_started_by_its_name()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();

        var found = await link.AskAsync(
            HostMethods.DetectPrograms,
            new DetectProgramsRequest([BuildPrograms.DemoAgentName]),
            HostJson.Default.DetectProgramsRequest,
            HostJson.Default.DetectedPrograms);
        var report = await link.StartAsync(machine.Shell(machine.Id("demo"), "") with
        {
            Command = [BuildPrograms.DemoAgentName, "--instant"],
            Kind = WorkerKind.Protocol,
        });

        var command = (await File.ReadAllTextAsync($"/proc/{report.ChildPid}/cmdline", TestContext.Current.CancellationToken)).Split('\0');
        Assert.EndsWith("/Atelier.DemoAgent", command[0], StringComparison.Ordinal);
        Assert.Equal(found.Paths[BuildPrograms.DemoAgentName], command[0]);
        Assert.Equal("--instant", command[1]);
    }
}
