namespace Atelier.Server.Infrastructure.Database;

/// <summary>A step as the database remembers it.</summary>
internal sealed record AppliedMigration(int Number, string Name, string Checksum);

/// <summary>What must be done to bring a database up to this build.</summary>
internal abstract record MigrationPlan
{
    /// <summary>Apply these, in this order; none when the database is up to date.</summary>
    internal sealed record Apply(IReadOnlyList<Migration> Migrations) : MigrationPlan;

    /// <summary>The database has been changed in a way that this build does not know.</summary>
    internal sealed record Refuse(string Reason) : MigrationPlan;

    public static MigrationPlan For(IReadOnlyList<Migration> known, IReadOnlyList<AppliedMigration> applied)
    {
        foreach (var there in applied)
        {
            if (there.Number > known.Count)
            {
                return new Refuse(
                    $"The database was brought up to {there.Name} by a newer build; this one knows steps up to {known.Count}. "
                    + "Start the newer build.");
            }

            var ours = known[there.Number - 1];
            if (ours.Checksum != there.Checksum)
            {
                return new Refuse(
                    $"Migration {there.Name} was applied with another text than this build's {ours.Name}. "
                    + "An applied step is never changed; restore the file.");
            }
        }

        return new Apply([.. known.Skip(applied.Count)]);
    }
}
