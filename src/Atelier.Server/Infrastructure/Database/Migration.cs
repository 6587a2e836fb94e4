using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Atelier.Server.Infrastructure.Database;

/// <summary>
/// One step of the schema: <c>0001-accounts.sql</c>. A step that has been applied anywhere is never changed again.
/// </summary>
internal sealed partial record Migration(int Number, string Name, string Sql)
{
    /// <summary>Tells a changed step from the one that was applied; line ends do not count.</summary>
    public string Checksum =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>All steps that this build brings, in their order.</summary>
    public static IReadOnlyList<Migration> All { get; } = InOrder(
        typeof(Migration).Assembly.GetManifestResourceNames().Where(name => FileName.IsMatch(name)).Select(Read));

    [GeneratedRegex(@"^(?<number>\d{4})-(?<name>[a-z0-9-]+)\.sql$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileName { get; }

    /// <summary>
    /// Steps are numbered from 1 without holes; two with one number would be applied in an order that nobody chose.
    /// </summary>
    public static IReadOnlyList<Migration> InOrder(IEnumerable<Migration> migrations)
    {
        var ordered = migrations.OrderBy(migration => migration.Number).ToList();
        for (var index = 0; index < ordered.Count; index++)
        {
            if (ordered[index].Number != index + 1)
            {
                throw new InvalidOperationException(
                    $"Migration {ordered[index].Name} is number {index + 1} in the order.");
            }
        }

        return ordered;
    }

    private static Migration Read(string resource)
    {
        var match = FileName.Match(resource);
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} is listed but not there.");
        using var reader = new StreamReader(stream);
        return new Migration(
            int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture),
            Path.GetFileNameWithoutExtension(resource),
            reader.ReadToEnd());
    }
}
