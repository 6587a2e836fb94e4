using System.CommandLine;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Programs;

/// <summary><c>atelier programs list|add|remove</c>.</summary>
internal static class ProgramCommands
{
    public static Command Make() => new("programs", "Programs that do the work") { List(), Add(), Remove() };

    private static Command List() => new Command("list", "List programs").Runs(async (run, cancellationToken) =>
    {
        var json = await run.Api.SendAsync(HttpMethod.Get, "/api/agent-programs", cancellationToken);
        run.Output.Answer(json, output => output.Table(
            "No programs.",
            ["ID", "NAME", "INSTALLED", "OURS"],
            ApiClient.Read(json, ApiJson.Default.AgentProgramsAnswer).AgentPrograms.Select(program => new[]
            {
                program.Id, program.Name, program.IsInstalled switch { true => "yes", false => "no", null => "?" }, program.IsBuiltIn ? "built in" : "added",
            })));
    });

    private static Command Add()
    {
        var name = new Argument<string>("name") { Description = "For people" };
        var command = new Argument<string[]>("command") { Description = "Program and arguments; {{PROMPT}} stands for the first prompt", Arity = ArgumentArity.OneOrMore };
        var carryOn = new Option<string[]>("--continue") { Description = "Program and arguments that go on with the last conversation", AllowMultipleArgumentsPerToken = true };
        return new Command("add", "Add a program of your own") { name, command, carryOn }.Runs(async (run, cancellationToken) =>
        {
            var request = new AddAgentProgram(run.Value(name), run.Value(command), run.Value(carryOn) is { Length: > 0 } template ? template : null);
            var json = await run.Api.SendAsync(
                HttpMethod.Post, "/api/agent-programs", request, ApiJson.Default.AddAgentProgram, cancellationToken);
            run.Output.Answer(json, output => output.Line(ApiClient.Read(json, ApiJson.Default.AgentProgramAnswer).AgentProgram.Id));
        });
    }

    private static Command Remove()
    {
        var id = new Argument<string>("program") { Description = "Its id" };
        return new Command("remove", "Remove a program that was added") { id }.Runs((run, cancellationToken) =>
            run.Api.SendAsync(HttpMethod.Delete, $"/api/agent-programs/{Uri.EscapeDataString(run.Value(id))}", cancellationToken));
    }
}
