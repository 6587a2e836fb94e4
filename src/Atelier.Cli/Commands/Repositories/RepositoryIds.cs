using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Repositories;

/// <summary>Finds repositories by what people call them.</summary>
internal static class RepositoryIds
{
    public const string Description = "Its id, or owner/name";

    /// <summary>The id of a repository given by id, owner/name or name.</summary>
    public static async Task<string> FindAsync(ApiClient api, string called, CancellationToken cancellationToken)
    {
        var json = await api.SendAsync(HttpMethod.Get, "/api/repositories", cancellationToken);
        var found = ApiClient.Read(json, ApiJson.Default.RepositoriesAnswer).Repositories
            .Where(repository => repository.Id == called || $"{repository.Owner}/{repository.Name}" == called || repository.Name == called)
            .ToArray();
        return found switch
        {
            [var one] => one.Id,
            [] => throw new CliProblemException($"There is no repository {called}. See: atelier repositories list"),
            _ => throw new CliProblemException($"Several repositories are called {called}: {string.Join(", ", found.Select(one => one.Id))}. Give the id."),
        };
    }
}
