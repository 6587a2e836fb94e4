using Atelier.Protocol.Acp;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Login;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Web;

namespace Atelier.Server.Agents.Editors;

/// <summary>Where editors connect: <c>/acp</c>, a WebSocket.</summary>
internal static class EditorEndpoint
{
    public static void MapEditors(this IEndpointRouteBuilder routes) => routes.Map(EditorMethods.Path, AcceptAsync)
        .AllowAnonymousReason("An editor may log in on the connection; until then nothing but that is answered.");

    private static async Task<IResult> AcceptAsync(
        HttpContext context,
        EditorWatching around,
        EditorSessions finding,
        EditorAsking asking,
        TokenLogin login,
        EditorLogins logins,
        AccessChanges changes,
        CancellationToken cancellationToken)
    {
        var user = CurrentUser.Of(context);
        if (user is null && (context.Request.Headers.Authorization.Count > 0 || context.Request.Query.ContainsKey("access_token")))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Problem.Of(401, "not-logged-in", "You are not logged in.", "Send a valid token, or none and log in by authenticate.");
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            return Problem.Of(400, "websocket-needed", "This address speaks WebSocket.", "Connect with ws:// or wss://; atelier acp does it for programs that speak over standard input.");
        }

        using var place = user is null ? logins.TryEnter() : null;
        if (user is null && place is null)
        {
            return Problem.Of(503, "too-many-logins", "Too many connections wait for somebody to log in.", "Send a token with the connection, or try again later.");
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var messages = new WebSocketMessages(socket, user is null ? around.Options.MaxMessageBytesBeforeLogin : around.Options.MaxMessageBytes);
        using var late = new CancellationTokenSource(user is null ? around.Options.LoginWithin : Timeout.InfiniteTimeSpan, around.Clock);
        using var watching = new Watching();
        EditorConnection? connection = null;
        await using (connection = new EditorConnection(messages, user, LoggedIn, around, finding, asking, login))
        {
            if (user is not null)
            {
                LoggedIn(user);
            }

            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
            await connection.RunAsync(ends.Token);
        }

        return TypedResults.Empty;

        void LoggedIn(CurrentUser who)
        {
            late.CancelAfter(Timeout.InfiniteTimeSpan);
            place?.Dispose();
            messages.MaxMessageBytes = around.Options.MaxMessageBytes;
            watching.Of(changes.Watch(who, now => connection?.TakeRightsAsync(now) ?? Task.CompletedTask));
        }
    }

    /// <summary>What is watched for whoever is logged in now.</summary>
    private sealed class Watching : IDisposable
    {
        private IDisposable? _current;

        public void Of(IDisposable next) => Interlocked.Exchange(ref _current, next)?.Dispose();

        public void Dispose() => Interlocked.Exchange(ref _current, null)?.Dispose();
    }
}
