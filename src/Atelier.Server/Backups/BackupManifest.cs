using System.Text.Json;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Database;

namespace Atelier.Server.Backups;

/// <summary>What a backup says about itself, first.</summary>
/// <param name="Format">Number of the form of the file.</param>
/// <param name="CreatedAt">When its rows were true.</param>
/// <param name="Build">Build of the server that wrote it.</param>
/// <param name="Migrations">Steps that its rows' schema had been through.</param>
/// <param name="Tables">Its tables and their columns, each after the ones it refers to.</param>
/// <param name="HasWorktrees">Whether files of worktrees are in it.</param>
internal sealed record BackupManifest(
    int Format,
    DateTimeOffset CreatedAt,
    string Build,
    IReadOnlyList<AppliedMigration> Migrations,
    IReadOnlyList<BackupTable> Tables,
    bool HasWorktrees)
{
    /// <summary>The form this build writes, and the newest it reads.</summary>
    public const int CurrentFormat = 1;
}

internal sealed record BackupTable(string Name, IReadOnlyList<string> Columns);

/// <summary>What a backup says last: without it, or with another checksum, the file is not whole.</summary>
/// <param name="Entries">Entries before this one.</param>
/// <param name="Sha256">Of what they are and hold, see <see cref="BackupFile.Describe"/>.</param>
internal sealed record BackupEnd(int Entries, string Sha256);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupManifest))]
[JsonSerializable(typeof(BackupEnd))]
internal sealed partial class BackupJson : JsonSerializerContext;
