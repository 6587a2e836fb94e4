using System.CommandLine;
using System.Text.Json;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Users;

/// <summary><c>atelier users list|invite|audit</c>.</summary>
internal static class UserCommands
{
    public static Command Make() => new("users", "People who use this Atelier") { List(), Invite(), Audit() };

    private static Command List() => new Command("list", "List people").Runs(async (run, cancellationToken) =>
    {
        var json = await run.Api.SendAsync(HttpMethod.Get, "/api/users", cancellationToken);
        run.Output.Answer(json, output => output.Table(
            "Nobody.",
            ["ID", "NAME", "ADMINISTRATOR"],
            ApiClient.Read(json, ApiJson.Default.UsersAnswer).Users.Select(user => new[]
            {
                user.Id, user.DisplayName, user.IsAdministrator ? "yes" : "",
            })));
    });

    private static Command Invite()
    {
        var name = new Argument<string>("name") { Description = "How they are called here" };
        return new Command("invite", "Make a link by which somebody joins") { name }.Runs(async (run, cancellationToken) =>
        {
            var json = await run.Api.SendAsync(
                HttpMethod.Post, "/api/users", new InviteUser(run.Value(name)), ApiJson.Default.InviteUser, cancellationToken);
            run.Output.Answer(json, output =>
                output.Line(JsonDocument.Parse(json).RootElement.GetProperty("invite").GetProperty("url").GetString() ?? ""));
        });
    }

    private static Command Audit()
    {
        var before = new Option<long?>("--before") { Description = "Only lines before this number" };
        var subject = new Option<string?>("--subject") { Description = "Only what was done to the thing with this id" };
        var limit = new Option<int>("--limit") { Description = "So many lines at most", DefaultValueFactory = _ => 50 };
        return new Command("audit", "Who did what to which thing, the newest first") { before, subject, limit }.Runs(async (run, cancellationToken) =>
        {
            var query = $"?limit={run.Value(limit)}"
                + (run.Value(before) is { } number ? $"&before={number}" : "")
                + (run.Value(subject) is { } id ? $"&subject={Uri.EscapeDataString(id)}" : "");
            var json = await run.Api.SendAsync(HttpMethod.Get, $"/api/audit{query}", cancellationToken);
            run.Output.Answer(json, output => output.Table(
                "Nothing.",
                ["NUMBER", "WHEN", "WHO", "WHAT", "TO", "MORE"],
                ApiClient.Read(json, ApiJson.Default.AuditAnswer).Entries.Select(line => new[]
                {
                    $"{line.Seq}", $"{line.At:u}", line.ActorName ?? line.ActorId, line.Action, $"{line.SubjectKind} {line.SubjectId}", $"{line.Details}",
                })));
        });
    }
}
