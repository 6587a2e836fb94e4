using System.CommandLine;
using Atelier.Client.Api;
using Atelier.Client.Workers;
using Atelier.Protocol.Layout;

namespace Atelier.Cli;

/// <summary>What every command is given when it runs.</summary>
/// <param name="Parsed">The command line.</param>
/// <param name="Data">The data folder it is about.</param>
/// <param name="Output">Where it prints.</param>
/// <param name="Http">For calls.</param>
/// <param name="Time">The clock.</param>
internal sealed record CommandRun(ParseResult Parsed, DataFolder Data, Output Output, HttpClient Http, TimeProvider Time)
{
    private ApiClient? _api;

    /// <summary>The server; found when it is first needed.</summary>
    public ApiClient Api => _api ??= ServerAddress.Find(Data, Http);

    public T? Value<T>(Option<T> option) => Parsed.GetValue(option);

    public T Value<T>(Argument<T> argument) => Parsed.GetRequiredValue(argument);

    /// <summary>Words that may be left out.</summary>
    public IReadOnlyList<string> Value(Argument<string[]> argument) => Parsed.GetValue(argument) ?? [];
}

/// <summary>Ties commands to what they do, and turns what goes wrong into a message and an exit code.</summary>
internal static class CommandActions
{
    /// <summary>Data folder; a recursive option of the root.</summary>
    public static Option<string?> Data { get; } = new("--data")
    {
        Description = "The data folder (default: /var/lib/atelier for root, else ~/.local/share/atelier; or ATELIER_DATA)",
        Recursive = true,
    };

    /// <summary>JSON instead of tables; a recursive option of the root.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON", Recursive = true };

    public static Command Runs(this Command command, Func<CommandRun, CancellationToken, Task<int>> action)
    {
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, action, cancellationToken));
        return command;
    }

    public static Command Runs(this Command command, Func<CommandRun, CancellationToken, Task> action) =>
        command.Runs(async (run, cancellationToken) =>
        {
            await action(run, cancellationToken);
            return ExitCodes.Done;
        });

    private static async Task<int> RunAsync(
        ParseResult parsed, Func<CommandRun, CancellationToken, Task<int>> action, CancellationToken cancellationToken)
    {
        var folder = parsed.GetValue(Data) ?? Environment.GetEnvironmentVariable("ATELIER_DATA");
        var data = string.IsNullOrEmpty(folder) ? DataFolder.Default : DataFolder.At(folder);
#pragma warning disable RS0030 // the one client of this process
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(30) };
#pragma warning restore RS0030
        try
        {
            return await action(new CommandRun(parsed, data, new Output(parsed.GetValue(Json)), http, TimeProvider.System), cancellationToken);
        }
        catch (CliProblemException problem)
        {
            Output.Problem(problem.Message);
            return problem.ExitCode;
        }
        catch (ProblemException problem)
        {
            Output.Problem(problem.Message);
            return ExitCodes.Refused;
        }
        catch (WorkerSocketException problem)
        {
            Output.Problem(problem.Message);
            return ExitCodes.Refused;
        }
        catch (HttpRequestException problem)
        {
            Output.Problem($"The server does not answer: {problem.Message}. See ./atelier status");
            return ExitCodes.NoServer;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Output.Problem(problem.Message); // it names the file: of somebody else, or on a full disk
            return ExitCodes.Refused;
        }
    }
}
