using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Infrastructure.Web;

internal static class MetricsEndpoints
{
    public static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/metrics", GetMetrics).AllowAnyUser().ExcludeFromDescription();

    private static ContentHttpResult GetMetrics(Metrics metrics)
    {
        using var text = new StringWriter();
        metrics.WriteTo(text);
        return TypedResults.Text(text.ToString(), "text/plain; version=0.0.4");
    }
}
