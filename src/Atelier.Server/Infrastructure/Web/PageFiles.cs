using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Atelier.Server.Infrastructure.Web;

/// <summary>
/// Serves the built page: its files, and <c>index.html</c> for every address that the page itself makes sense of.
/// </summary>
internal sealed class PageFiles(RequestDelegate next, IOptions<ServerOptions> options)
{
    private const string Index = "index.html";
    private static readonly string[] s_notPages = ["/api", "/ws", "/openapi", "/metrics", "/problems", "/git", "/acp"];
    private static readonly (string Coding, string Suffix)[] s_codings = [("br", ".br"), ("gzip", ".gz")];
    private readonly FileExtensionContentTypeProvider _types = new();
    private readonly PhysicalFileProvider? _files =
        options.Value.Web is { } web && Directory.Exists(web) ? new PhysicalFileProvider(Path.GetFullPath(web)) : null;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var isPage = context.GetEndpoint() is null
            && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            && !s_notPages.Any(path => request.Path.StartsWithSegments(path, StringComparison.Ordinal));
        return isPage && Find(request.Path) is { } file ? SendAsync(context, file) : next(context);
    }

    private IFileInfo? Find(PathString path)
    {
        if (_files is null)
        {
            return null;
        }

        var file = _files.GetFileInfo(path.Value ?? "/");
        if (file.Exists)
        {
            return file;
        }

        // A missing script must not be answered with a page.
        return !IsAsset(path) && _files.GetFileInfo(Index) is { Exists: true } index ? index : null;
    }

    private Task SendAsync(HttpContext context, IFileInfo file)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = IsAsset(context.Request.Path) ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        var sent =
            new FileInfo(file.PhysicalPath ?? throw new InvalidOperationException($"{file.Name} is not a file."));
        foreach (var (coding, suffix) in s_codings)
        {
            if (Accepts(context.Request, coding) && new FileInfo(sent.FullName + suffix) is { Exists: true } compressed)
            {
                headers.ContentEncoding = coding;
                sent = compressed;
                break;
            }
        }

        var type = _types.TryGetContentType(file.Name, out var known) ? known : "application/octet-stream";
        var tag = new EntityTagHeaderValue($"\"{sent.LastWriteTimeUtc.Ticks:x}-{sent.Length:x}\"");
        return TypedResults
            .PhysicalFile(sent.FullName, type, lastModified: new DateTimeOffset(sent.LastWriteTimeUtc), entityTag: tag)
            .ExecuteAsync(context);
    }

    // The build names these files by their contents.
    private static bool IsAsset(PathString path) => path.StartsWithSegments("/assets", StringComparison.Ordinal);

    private static bool Accepts(HttpRequest request, string coding) =>
        request.GetTypedHeaders().AcceptEncoding.Any(
            accepted => accepted.Value == coding && accepted.Quality is null or > 0);
}
