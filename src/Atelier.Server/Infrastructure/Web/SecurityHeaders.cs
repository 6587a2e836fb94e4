namespace Atelier.Server.Infrastructure.Web;

/// <summary>Tells browsers what our pages may do and who may hold them: nothing from elsewhere, nobody else.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    // Terminal and editor set styles from scripts; code comes from our files alone.
    private const string ContentSecurityPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; "
        + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";

        // Whoever may be kept by a cache says so; answers of the interface are nobody else's.
        headers.CacheControl = "no-store";
        return next(context);
    }
}
