using Microsoft.Extensions.Options;

namespace Atelier.Server.Infrastructure.Database;

/// <summary>Which PostgreSQL holds the rows.</summary>
internal sealed class DatabaseOptions : IValidateOptions<DatabaseOptions>
{
    public const string Section = "Database";

    /// <summary>
    /// Connection string of a PostgreSQL of yours (15 or later); null runs a private one in the data folder.
    /// </summary>
    public string? Connection { get; init; }

    /// <summary>Folder with the private PostgreSQL's bin, lib and share folders.</summary>
    public string? PostgresBinaries { get; init; }

    public ValidateOptionsResult Validate(string? name, DatabaseOptions options) =>
        options is { Connection: null, PostgresBinaries: null }
            ? ValidateOptionsResult.Fail(
                "Give --database with a connection string, or --postgres-binaries with the private PostgreSQL's programs.")
            : ValidateOptionsResult.Success;
}
