using System.ComponentModel.DataAnnotations;
using System.Net;
using Atelier.Protocol.Layout;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Infrastructure;

/// <summary>Where the server keeps its things and where it listens.</summary>
internal sealed class ServerOptions : IValidatableObject
{
    public const string Section = "Server";

    /// <summary>The data folder: everything that must outlive the server lies in it.</summary>
    [Required]
    public string Data { get; init; } = DataFolder.Default.Path;

    /// <summary>The port of the page and of the API; 0 takes a free one.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 7420;

    /// <summary>The address to listen on. Anything but loopback needs an account that has been claimed.</summary>
    [Required]
    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>The folder of the built page; null serves the API alone.</summary>
    public string? Web { get; init; }

    /// <summary>The address people use when it is not the one the server listens on: behind a proxy, or with a name. Links are made with it.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>More host names the server answers to, separated by commas.</summary>
    public string HostNames { get; init; } = "";

    /// <summary>Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, separated by commas.</summary>
    public string TrustedProxies { get; init; } = "";

    public IEnumerable<string> HostNameList => Split(HostNames);

    public IEnumerable<IPAddress> TrustedProxyList => Split(TrustedProxies).Select(IPAddress.Parse);

    public DataFolder DataFolder => DataFolder.At(Data);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IPAddress.TryParse(Bind, out _))
        {
            yield return new ValidationResult($"--bind takes an address such as 127.0.0.1 or 0.0.0.0, not {Bind}.", [nameof(Bind)]);
        }

        if (PublicUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.PathAndQuery != "/"))
        {
            yield return new ValidationResult($"--public-url takes an address such as https://atelier.example, not {url}.", [nameof(PublicUrl)]);
        }

        if (Split(TrustedProxies).FirstOrDefault(proxy => !IPAddress.TryParse(proxy, out _)) is { } name)
        {
            yield return new ValidationResult($"--trusted-proxies takes addresses, not {name}.", [nameof(TrustedProxies)]);
        }
    }

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

[OptionsValidator]
internal sealed partial class ServerOptionsValidator : IValidateOptions<ServerOptions>;
