using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Infrastructure.Web;

/// <summary>
/// RFC 9457 problems: <c>type</c> is a stable path that programs switch on; title and detail are for people.
/// </summary>
internal static class Problem
{
    /// <param name="status">HTTP status.</param>
    /// <param name="code">Last part of the type: <c>agent-is-archived</c>.</param>
    /// <param name="title">What happened, the same each time.</param>
    /// <param name="detail">To which thing, and what to do.</param>
    /// <param name="members">More that programs can use.</param>
    public static ProblemHttpResult Of(
        int status, string code, string title, string? detail = null, IEnumerable<KeyValuePair<string, object?>>? members = null) =>
        TypedResults.Problem(detail, instance: null, status, title, TypeOf(code), members);

    public static string TypeOf(string code) => $"/problems/{code}";

    /// <summary>Renders one from middleware.</summary>
    public static Task WriteAsync(HttpContext context, int status, string code, string title, string? detail = null) =>
        Of(status, code, title, detail).ExecuteAsync(context);
}
