using System.CommandLine;
using System.Text.Json;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Repositories;

/// <summary><c>atelier repositories list|add|branches|remove</c>.</summary>
internal static class RepositoryCommands
{
    public static Command Make() => new("repositories", "Repositories that sessions work on") { List(), Add(), Branches(), Remove() };

    private static Command List() => new Command("list", "List repositories").Runs(async (run, cancellationToken) =>
    {
        var json = await run.Api.SendAsync(HttpMethod.Get, "/api/repositories", cancellationToken);
        run.Output.Answer(json, output => output.Table(
            "No repositories yet. Add one: atelier repositories add DIRECTORY-OR-URL",
            ["ID", "NAME", "PROVIDER", "DEFAULT BRANCH"],
            ApiClient.Read(json, ApiJson.Default.RepositoriesAnswer).Repositories.Select(repository => new[]
            {
                repository.Id, $"{repository.Owner}/{repository.Name}", repository.Provider, repository.DefaultBranch ?? "",
            })));
    });

    private static Command Add()
    {
        var where = new Argument<string>("where") { Description = "A directory on this machine, or a URL to clone" };
        return new Command("add", "Add a repository") { where }.Runs(async (run, cancellationToken) =>
        {
            var place = run.Value(where);
            var request = IsUrl(place)
                ? new AddRepository(Provider: "git", Url: place)
                : new AddRepository(Path: Path.GetFullPath(place));
            var json = await run.Api.SendAsync(
                HttpMethod.Post, "/api/repositories", request, ApiJson.Default.AddRepository, cancellationToken);
            run.Output.Answer(json, output =>
            {
                var repository = ApiClient.Read(json, ApiJson.Default.RepositoryAnswer).Repository;
                output.Line($"{repository.Id}  {repository.Owner}/{repository.Name}");
            });
        });
    }

    // https://host/path, or user@host:path as ssh writes it; a folder with a colon in its name is still a folder.
    private static bool IsUrl(string place) => place.Contains(':', StringComparison.Ordinal) && !Directory.Exists(place);

    private static Command Branches()
    {
        var which = new Argument<string>("repository") { Description = "Its id, or owner/name" };
        return new Command("branches", "List a repository's branches") { which }.Runs(async (run, cancellationToken) =>
        {
            var id = await RepositoryIds.FindAsync(run.Api, run.Value(which), cancellationToken);
            var json = await run.Api.SendAsync(HttpMethod.Get, $"/api/repositories/{Uri.EscapeDataString(id)}/branches", cancellationToken);
            run.Output.Answer(json, output =>
            {
                foreach (var branch in JsonDocument.Parse(json).RootElement.GetProperty("branches").EnumerateArray())
                {
                    output.Line(branch.GetProperty("name").GetString() ?? "");
                }
            });
        });
    }

    private static Command Remove()
    {
        var which = new Argument<string>("repository") { Description = "Its id, or owner/name" };
        return new Command("remove", "Forget a repository; its files stay") { which }.Runs(async (run, cancellationToken) =>
        {
            var id = await RepositoryIds.FindAsync(run.Api, run.Value(which), cancellationToken);
            await run.Api.SendAsync(HttpMethod.Delete, $"/api/repositories/{Uri.EscapeDataString(id)}", cancellationToken);
        });
    }
}
