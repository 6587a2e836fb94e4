using System.CommandLine;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Repositories;

/// <summary><c>atelier repositories members [--set PERSON=ROLE]</c>: who may do what in a repository.</summary>
internal static class MembersCommand
{
    public static Command Make()
    {
        var which = new Argument<string>("repository") { Description = RepositoryIds.Description };
        var set = new Option<string[]>("--set") { Description = "PERSON=ROLE: viewer, editor, owner, or none; a person by id or name" };
        return new Command("members", "List who may work on a repository, and change it") { which, set }.Runs(async (run, cancellationToken) =>
        {
            var path = $"/api/repositories/{Uri.EscapeDataString(await RepositoryIds.FindAsync(run.Api, run.Value(which), cancellationToken))}/members";
            var json = await run.Api.SendAsync(HttpMethod.Get, path, cancellationToken);
            if (run.Value(set) is { Length: > 0 } changes)
            {
                var members = await ChangedAsync(run.Api, ApiClient.Read(json, ApiJson.Default.MembersAnswer), changes, cancellationToken);
                json = await run.Api.SendAsync(HttpMethod.Put, path, members, ApiJson.Default.MembersAnswer, cancellationToken);
            }

            run.Output.Answer(json, output => output.Table(
                "Nobody.",
                ["ID", "NAME", "ROLE"],
                ApiClient.Read(json, ApiJson.Default.MembersAnswer).Members.Select(member => new[] { member.UserId, member.DisplayName ?? "", member.Role })));
        });
    }

    private static async Task<MembersAnswer> ChangedAsync(
        ApiClient api, MembersAnswer now, IEnumerable<string> changes, CancellationToken cancellationToken)
    {
        var people = ApiClient.Read(await api.SendAsync(HttpMethod.Get, "/api/users", cancellationToken), ApiJson.Default.UsersAnswer).Users;
        var roles = now.Members.ToDictionary(member => member.UserId, member => member.Role, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            // A name may have an = in it, a role has none.
            var at = change.LastIndexOf('=');
            if (at <= 0 || change[(at + 1)..] is not ("viewer" or "editor" or "owner" or "none"))
            {
                throw new CliProblemException($"'{change}' is not PERSON=ROLE with one of viewer, editor, owner, none.", ExitCodes.Usage);
            }

            var (called, role) = (change[..at], change[(at + 1)..]);
            var person = people.Where(user => user.Id == called || user.DisplayName == called).ToArray() switch
            {
                [var one] => one,
                [] => throw new CliProblemException($"There is nobody called {called}. See: atelier users list"),
                var several => throw new CliProblemException($"Several people are called {called}: {string.Join(", ", several.Select(one => one.Id))}. Give the id."),
            };
            if (role == "none")
            {
                roles.Remove(person.Id);
            }
            else
            {
                roles[person.Id] = role;
            }
        }

        return new MembersAnswer([.. roles.Select(member => new Member(member.Key, member.Value))]);
    }
}
