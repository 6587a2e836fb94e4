using System.CommandLine;
using System.Text.Json;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Users;

/// <summary><c>atelier users list|invite</c>.</summary>
internal static class UserCommands
{
    public static Command Make() => new("users", "People who use this Atelier") { List(), Invite() };

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
}
