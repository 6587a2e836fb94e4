using System.CommandLine;
using System.Text.Json;
using System.Threading.Channels;
using Atelier.Client.Api;
using Atelier.Client.News;

namespace Atelier.Cli.Commands.Repositories;

/// <summary><c>atelier repositories list|add|edit|branches|members|worktrees|remove</c>.</summary>
internal static class RepositoryCommands
{
    public static Command Make() => new("repositories", "Repositories that sessions work on")
    {
        List(), Add(), EditCommand.Make(), Branches(), MembersCommand.Make(), WorktreeCommands.Make(), Remove(),
    };

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
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait until a URL is cloned" };
        return new Command("add", "Add a repository") { where, noWait }.Runs(async (run, cancellationToken) =>
        {
            var place = run.Value(where);
            if (place.Length == 0)
            {
                throw new CliProblemException("Say which: a directory on this machine, or a URL to clone.", ExitCodes.Usage);
            }

            var request = IsUrl(place)
                ? new AddRepository(Provider: "git", Url: place)
                : new AddRepository(Path: Path.GetFullPath(place));
            var json = request.Url is null || run.Value(noWait)
                ? await AddAsync(run, request, cancellationToken)
                : await CloneAsync(run, request, cancellationToken);
            run.Output.Answer(json, output =>
            {
                var repository = ApiClient.Read(json, ApiJson.Default.RepositoryAnswer).Repository;
                output.Line($"{repository.Id}  {repository.Owner}/{repository.Name}");
            });
        });
    }

    private static Task<string> AddAsync(CommandRun run, AddRepository request, CancellationToken cancellationToken) =>
        run.Api.SendAsync(HttpMethod.Post, "/api/repositories", request, ApiJson.Default.AddRepository, cancellationToken);

    /// <summary>Adds a repository and waits until it is cloned; the server clones it whether anybody waits or not.</summary>
    private static Task<string> CloneAsync(CommandRun run, AddRepository request, CancellationToken cancellationToken)
    {
        var id = "";
        return new LongWork(run, operation => operation.Split('#')[0] == id).DoAsync(
            async news =>
            {
                var json = await AddAsync(run, request, cancellationToken);
                id = ApiClient.Read(json, ApiJson.Default.RepositoryAnswer).Repository.Id;
                do
                {
                    json = await run.Api.SendAsync(HttpMethod.Get, $"/api/repositories/{id}", cancellationToken);
                    var repository = ApiClient.Read(json, ApiJson.Default.RepositoryAnswer).Repository;
                    if (repository.Status != "cloning")
                    {
                        return repository.Status == "ready" ? json : throw new CliProblemException($"{request.Url} was not cloned: {repository.Problem}");
                    }
                }
                while (await ChangedAsync(news, cancellationToken));

                return json; // the news ended: it is being cloned, and nobody says how far it is
            },
            cancellationToken);
    }

    /// <summary>Waits until any repository has changed; false when the news have ended.</summary>
    private static async Task<bool> ChangedAsync(ChannelReader<NewsEvent> news, CancellationToken cancellationToken)
    {
        await foreach (var item in news.ReadAllAsync(cancellationToken))
        {
            if (item.Name is "repository-changed" or "repository-removed")
            {
                return true;
            }
        }

        return false;
    }

    // https://host/path, or user@host:path as ssh writes it; a folder with a colon in its name is still a folder.
    private static bool IsUrl(string place) => place.Contains(':', StringComparison.Ordinal) && !Directory.Exists(place);

    private static Command Branches()
    {
        var which = new Argument<string>("repository") { Description = RepositoryIds.Description };
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
        var which = new Argument<string>("repository") { Description = RepositoryIds.Description };
        return new Command("remove", "Forget a repository; its files stay") { which }.Runs(async (run, cancellationToken) =>
        {
            var id = await RepositoryIds.FindAsync(run.Api, run.Value(which), cancellationToken);
            await run.Api.SendAsync(HttpMethod.Delete, $"/api/repositories/{Uri.EscapeDataString(id)}", cancellationToken);
            run.Output.Done();
        });
    }
}
