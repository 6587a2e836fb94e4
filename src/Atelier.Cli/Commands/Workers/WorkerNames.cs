using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Workers;

/// <summary>A worker and its session.</summary>
internal sealed record FoundWorker(Session Session, Worker Worker)
{
    public string Path => $"/api/sessions/{Uri.EscapeDataString(Session.Id)}/workers/{Uri.EscapeDataString(Worker.Id)}";
}

/// <summary>Finds workers by what people call them.</summary>
internal static class WorkerNames
{
    public const string Description = "Its id, its name, or session/name";

    /// <summary>The worker given by id, by name, or by session (id or title) and name.</summary>
    public static async Task<FoundWorker> FindAsync(ApiClient api, string called, CancellationToken cancellationToken)
    {
        var json = await api.SendAsync(HttpMethod.Get, "/api/sessions", cancellationToken);
        var all = ApiClient.Read(json, ApiJson.Default.SessionsAnswer).Sessions
            .SelectMany(session => session.Workers.Select(worker => new FoundWorker(session, worker)))
            .ToArray();
        var found = Array.FindAll(all, one => one.Worker.Id == called);
        found = found.Length > 0 ? found : Array.FindAll(all, one =>
            one.Worker.Name == called || $"{one.Session.Id}/{one.Worker.Name}" == called || $"{one.Session.Title}/{one.Worker.Name}" == called);
        return found switch
        {
            [var one] => one,
            [] => throw new CliProblemException($"There is no worker {called}. See: atelier workers list"),
            _ => throw new CliProblemException(
                $"Several workers are called {called}: {string.Join(", ", found.Select(one => $"{one.Session.Id}/{one.Worker.Name}"))}. Give one of these."),
        };
    }
}
