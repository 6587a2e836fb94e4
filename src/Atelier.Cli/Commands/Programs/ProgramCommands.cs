using System.CommandLine;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Programs;

/// <summary><c>atelier programs list|install|uninstall|add|edit|remove</c>.</summary>
internal static class ProgramCommands
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    public static Command Make() => new("programs", "Programs that do the work") { List(), Install(), Uninstall(), Add(), Edit(), Remove() };

    private static Command List() => new Command("list", "List programs").Runs(async (run, cancellationToken) =>
    {
        var json = await run.Api.SendAsync(HttpMethod.Get, "/api/agent-programs", cancellationToken);
        run.Output.Answer(json, output => output.Table(
            "No programs.",
            ["ID", "NAME", "INSTALLED", "VERSION", "OURS"],
            ApiClient.Read(json, ApiJson.Default.AgentProgramsAnswer).AgentPrograms.Select(program => new[]
            {
                program.Id, program.Name, program.IsInstalled switch { true => "yes", false => "no", null => "?" }, program.InstalledVersion ?? "", program.IsBuiltIn ? "built in" : "added",
            })));
    });

    private static Command Install()
    {
        var id = new Argument<string>("program") { Description = "Its id" };
        var version = new Option<string?>("--version") { Description = "Exact version; without it the one that was tried with this build" };
        return new Command("install", "Install a program by npm into the data folder, or another version of it") { id, version }.Runs((run, cancellationToken) => UntilDoneAsync(
            run, run.Value(id), "install", new InstallProgram(run.Value(version)), cancellationToken));
    }

    private static Command Uninstall()
    {
        var id = new Argument<string>("program") { Description = "Its id" };
        return new Command("uninstall", "Remove a program that was installed into the data folder") { id }.Runs((run, cancellationToken) => UntilDoneAsync(
            run, run.Value(id), "uninstall", new InstallProgram(Version: null), cancellationToken));
    }

    /// <summary>Begins, and waits until it is over; gives what came of it.</summary>
    private static async Task<int> UntilDoneAsync(CommandRun run, string id, string verb, InstallProgram request, CancellationToken cancellationToken)
    {
        var begun = await run.Api.SendAsync(
            HttpMethod.Post, $"/api/agent-programs/{Uri.EscapeDataString(id)}/{verb}", request, ApiJson.Default.InstallProgram, cancellationToken);
        var operation = ApiClient.Read(begun, ApiJson.Default.AgentProgramAnswer).AgentProgram.Install?.OperationId;
        while (true)
        {
            var json = await run.Api.SendAsync(HttpMethod.Get, "/api/agent-programs", cancellationToken);
            if (ApiClient.Read(json, ApiJson.Default.AgentProgramsAnswer).AgentPrograms.FirstOrDefault(program => program.Id == id) is not { Install: { } install } program
                || install.OperationId != operation || install.State is "done" or "failed")
            {
                return Say(run, ApiClient.Read(json, ApiJson.Default.AgentProgramsAnswer).AgentPrograms.FirstOrDefault(one => one.Id == id), verb);
            }

            await Task.Delay(s_look, run.Time, cancellationToken);
        }
    }

    private static int Say(CommandRun run, AgentProgram? program, string verb)
    {
        if (program?.Install is { State: "failed", Problem: var problem })
        {
            Output.Problem(problem ?? "It was not installed.");
            return ExitCodes.Refused;
        }

        run.Output.Line(verb == "install" ? $"{program?.Name} {program?.InstalledVersion} is installed." : $"{program?.Name} was removed.");
        return ExitCodes.Done;
    }

    private static Command Add()
    {
        var name = new Argument<string>("name") { Description = "For people" };
        var command = new Argument<string[]>("command")
        {
            Description = "Program and arguments, or all of it as one argument; {{PROMPT}} stands for the first prompt",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var (goOn, acp, sandbox) = (GoOn(), Acp(), Sandbox());
        return new Command("add", "Add a program of your own") { name, command, goOn, acp, sandbox }.Runs((run, cancellationToken) => SaveAsync(
            run,
            HttpMethod.Post,
            "/api/agent-programs",
            new SaveAgentProgram(
                run.Value(name), Template([.. run.Value(command)]), Template(run.Value(goOn)), run.Value(sandbox), Template(run.Value(acp))),
            cancellationToken));
    }

    private static Command Edit()
    {
        var id = new Argument<string>("program") { Description = "Its id" };
        var name = new Option<string?>("--name") { Description = "For people" };
        var command = new Option<string[]>("--command")
        {
            Description = "Program and arguments, or all of it as one argument",
            AllowMultipleArgumentsPerToken = true,
        };
        var (goOn, acp, sandbox) = (GoOn(), Acp(), Sandbox());
        return new Command("edit", "Change a program that was added; what is not given stays") { id, name, command, goOn, acp, sandbox }.Runs(
            (run, cancellationToken) => SaveAsync(
                run,
                HttpMethod.Patch,
                $"/api/agent-programs/{Uri.EscapeDataString(run.Value(id))}",
                new SaveAgentProgram(
                    run.Value(name), Template(run.Value(command)), Template(run.Value(goOn)), run.Value(sandbox), Template(run.Value(acp))),
                cancellationToken));
    }

    private static Option<string[]> GoOn() => new("--continue")
    {
        Description = "The same, to go on with the last conversation; empty for not at all",
        AllowMultipleArgumentsPerToken = true,
    };

    private static Option<string[]> Acp() => new("--acp")
    {
        Description = "The same, to speak the Agent Client Protocol, for tasks (atelier agents); empty for not at all",
        AllowMultipleArgumentsPerToken = true,
    };

    private static Option<string?> Sandbox()
    {
        var sandbox = new Option<string?>("--sandbox") { Description = "What it is locked into: none or bubblewrap" };
        sandbox.AcceptOnlyFromAmong("none", "bubblewrap");
        return sandbox;
    }

    /// <summary>Null when the option was not given.</summary>
    private static string? Template(string[]? arguments) => arguments is { Length: > 0 } ? TemplateText.Of(arguments) : null;

    private static async Task SaveAsync(
        CommandRun run, HttpMethod method, string path, SaveAgentProgram request, CancellationToken cancellationToken)
    {
        var json = await run.Api.SendAsync(method, path, request, ApiJson.Default.SaveAgentProgram, cancellationToken);
        run.Output.Answer(json, output => output.Line(ApiClient.Read(json, ApiJson.Default.AgentProgramAnswer).AgentProgram.Id));
    }

    private static Command Remove()
    {
        var id = new Argument<string>("program") { Description = "Its id" };
        return new Command("remove", "Remove a program that was added") { id }.Runs(async (run, cancellationToken) =>
        {
            await run.Api.SendAsync(HttpMethod.Delete, $"/api/agent-programs/{Uri.EscapeDataString(run.Value(id))}", cancellationToken);
            run.Output.Done();
        });
    }
}
