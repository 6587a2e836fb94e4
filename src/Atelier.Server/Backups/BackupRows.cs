using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Backups;

/// <summary>The tables of our schema, copied out and in. SQL without names of ours: a new table is in the next backup by itself.</summary>
internal static class BackupRows
{
    /// <summary>All tables but the list of migrations, each after the ones it refers to.</summary>
    public static async Task<IReadOnlyList<BackupTable>> TablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var tables = await connection.CommandFor(
            """
            select class.relname, array_agg(attribute.attname::text order by attribute.attnum)
            from pg_class class
            join pg_attribute attribute on attribute.attrelid = class.oid and attribute.attnum > 0 and not attribute.attisdropped
            where class.relnamespace = 'atelier'::regnamespace and class.relkind in ('r', 'p') and not class.relispartition
                and attribute.attgenerated = '' and class.relname <> 'migrations'
            group by class.relname
            order by class.relname
            """).AllAsync(row => new BackupTable(row.GetString(0), row.GetFieldValue<string[]>(1)), cancellationToken);
        var references = (await connection.CommandFor(
            """
            select referring.relname, referred.relname
            from pg_constraint
            join pg_class referring on referring.oid = conrelid
            join pg_class referred on referred.oid = confrelid
            where contype = 'f' and connamespace = 'atelier'::regnamespace and conrelid <> confrelid
            """).AllAsync(row => (From: row.GetString(0), To: row.GetString(1)), cancellationToken)).ToLookup(one => one.From, one => one.To);
        return InOrder(tables, references);
    }

    public static Task<IReadOnlyList<AppliedMigration>> MigrationsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.CommandFor("select number, name, checksum from atelier.migrations order by number").AllAsync(
            row => new AppliedMigration(row.GetInt32(0), row.GetString(1), row.GetString(2)), cancellationToken);

    public static async Task<TextReader> OutAsync(NpgsqlConnection connection, BackupTable table, CancellationToken cancellationToken) =>
        await connection.BeginTextExportAsync($"copy {Name(table)} to stdout", cancellationToken);

    public static async Task<TextWriter> InAsync(NpgsqlConnection connection, BackupTable table, CancellationToken cancellationToken) =>
        await connection.BeginTextImportAsync($"copy {Name(table)} from stdin", cancellationToken);

    /// <summary>Numbers that the database gives out go on after the ones that came.</summary>
    public static async Task SetNumbersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var columns = await connection.CommandFor(
            """
            select class.relname, attribute.attname
            from pg_attribute attribute join pg_class class on class.oid = attribute.attrelid
            where class.relnamespace = 'atelier'::regnamespace and attribute.attidentity <> ''
            """).AllAsync(row => (Table: row.GetString(0), Column: row.GetString(1)), cancellationToken);
        foreach (var (table, column) in columns)
        {
            await connection.CommandFor(
                $"select setval(pg_get_serial_sequence('atelier.{Quoted(table)}', $1), max({Quoted(column)})) from atelier.{Quoted(table)} having max({Quoted(column)}) is not null",
                column).RunAsync(cancellationToken);
        }
    }

    internal static IReadOnlyList<BackupTable> InOrder(IReadOnlyList<BackupTable> tables, ILookup<string, string> references)
    {
        var ordered = new List<BackupTable>();
        var waiting = tables.ToList();
        while (waiting.Count > 0)
        {
            var ready = waiting.Find(table => !references[table.Name].Any(to => waiting.Exists(other => other.Name == to)))
                ?? throw new InvalidOperationException($"Tables refer to each other in a circle: {string.Join(", ", waiting.Select(table => table.Name))}.");
            waiting.Remove(ready);
            ordered.Add(ready);
        }

        return ordered;
    }

    private static string Name(BackupTable table) => $"atelier.{Quoted(table.Name)} ({string.Join(", ", table.Columns.Select(Quoted))})";

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
