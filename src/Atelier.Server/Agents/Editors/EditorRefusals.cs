using Atelier.Protocol.Acp;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.Database;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Atelier.Server.Agents.Editors;

/// <summary>Every refusal that an editor can see: those of the interface in the protocol's numbers, with the same stable words, and a few of its own.</summary>
internal static class EditorRefusals
{
    public static JsonRpcException LoginNeeded() => new(
        EditorErrors.LoginNeeded, "Nobody is logged in here. Send a token with the connection, or log in by authenticate.", "not-logged-in");

    public static JsonRpcException WrongToken() => new(EditorErrors.LoginNeeded, "That token is not valid here. Make one on the settings page.", "not-logged-in");

    public static JsonRpcException UnknownLoginMethod() => new(JsonRpcErrorCodes.InvalidParameters, "The way to log in is token.", "invalid-parameters");

    public static JsonRpcException SessionNotFound() => new(EditorErrors.NotFound, "There is no such conversation, or it is not shown to you.", "not-found");

    public static JsonRpcException ReadOnly() => new(
        EditorErrors.Refused, "You may look at the agent, not steer it. Ask an owner of its repository to make you an editor.", "forbidden");

    public static JsonRpcException NotOpen() => new(
        EditorErrors.NotFound, "The conversation is not open on this connection. Load or resume it first.", "session-not-open");

    public static JsonRpcException TooManySessions(int most) => new(
        EditorErrors.Refused, $"A connection has at most {most} conversations open. Close one first.", "too-many-sessions");

    public static JsonRpcException Invalid(string detail) => new(JsonRpcErrorCodes.InvalidParameters, detail, "invalid-parameters");

    public static JsonRpcException NotAskedYet() => new(
        EditorErrors.Refused, "The program has not been started yet, so nobody knows how it can work. Ask it something first.", "session-not-asked-yet");

    public static JsonRpcException NotOffered(string id) => new(
        JsonRpcErrorCodes.InvalidParameters, $"The program does not offer {id}.", "setting-not-offered");

    public static JsonRpcException NoRepository(string directory) => new(
        EditorErrors.NotFound,
        $"{directory} is in no repository that is known here and shown to you. Add it (atelier repositories add PATH, or on the page), or name one in _meta.atelier.repositoryId.",
        "repository-not-known");

    public static JsonRpcException TurnFailed(string? problem) => new(JsonRpcErrorCodes.InternalError, problem ?? "The turn failed.", "turn-failed");

    public static JsonRpcException TurnWaits() => new(
        EditorErrors.Refused, "What was asked waits: what came before it went wrong. Ask again, or look at it in Atelier.", "turn-waits");

    public static JsonRpcException AgentGone() => new(EditorErrors.NotFound, "The agent was deleted.", "agent-not-found");

    /// <summary>A refusal of the HTTP interface.</summary>
    public static JsonRpcException Of(ProblemHttpResult problem)
    {
        var details = problem.ProblemDetails;
        var code = problem.StatusCode switch
        {
            401 => EditorErrors.LoginNeeded,
            404 => EditorErrors.NotFound,
            400 or 422 => JsonRpcErrorCodes.InvalidParameters,
            _ => EditorErrors.Refused,
        };
        return new JsonRpcException(code, string.Join(' ', new[] { details.Title, details.Detail }.OfType<string>()), details.Type?[(details.Type.LastIndexOf('/') + 1)..]);
    }

    /// <summary>What went wrong outside, in words; null when it is nothing that is foreseen.</summary>
    public static JsonRpcException? Of(Exception outside) => outside switch
    {
        HostOfflineException offline => new(EditorErrors.Refused, $"The host cannot be reached just now. {offline.Message}", "host-offline"),
        HostRefusedException refused => new(
            EditorErrors.Refused, $"{refused.Message} {HostRefusals.Of(refused.Code).Advice}", HostRefusals.Of(refused.Code).Code),
        NpgsqlException away when DatabaseAway.Is(away) => new(
            EditorErrors.Refused, "The database does not answer. Try again in a moment; nothing that was acknowledged is lost.", "database-unavailable"),
        AgentChangedElsewhereException or ObjectDisposedException => new(EditorErrors.Refused, "Somebody else changed the agent at the same moment. Try again.", "changed-elsewhere"),
        _ => null,
    };
}
