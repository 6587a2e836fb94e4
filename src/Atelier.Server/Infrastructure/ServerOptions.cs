using System.ComponentModel.DataAnnotations;
using Atelier.Protocol.Layout;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Infrastructure;

/// <summary>Where the server keeps its things and where it listens.</summary>
internal sealed class ServerOptions
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

    public DataFolder DataFolder => new(Path.GetFullPath(Data));
}

[OptionsValidator]
internal sealed partial class ServerOptionsValidator : IValidateOptions<ServerOptions>;
