using System.Threading.RateLimiting;
using Atelier.Server.Infrastructure.Web;

namespace Atelier.Server.Accounts.Login;

/// <summary>How often one address may try to log in.</summary>
internal static class LoginRate
{
    public const string Policy = "login";
    private const int Attempts = 30;
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    public static IServiceCollection AddLoginRate(this IServiceCollection services) => services.AddRateLimiter(limits =>
    {
        limits.AddPolicy(Policy, context => RateLimitPartition.GetFixedWindowLimiter(
            context.Connection.RemoteIpAddress?.ToString() ?? "",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = Attempts, Window = s_window }));
        limits.OnRejected = async (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : s_window;
            rejected.HttpContext.Response.Headers.RetryAfter = $"{Math.Ceiling(wait.TotalSeconds)}";
            await Problem.WriteAsync(
                rejected.HttpContext,
                429,
                "too-many-attempts",
                "Too many attempts.",
                $"Try again in {Math.Ceiling(wait.TotalSeconds)} seconds.");
        };
    });
}
