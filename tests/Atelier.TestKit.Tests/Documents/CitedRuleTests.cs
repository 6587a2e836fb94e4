using System.Text.RegularExpressions;

namespace Atelier.TestKit.Tests.Documents;

/// <summary>Holds what the documents promise against the tests that cite it.</summary>
public sealed partial class CitedRuleTests
{
    [Fact]
    public void Every_promised_behaviour_and_every_rule_of_a_protocol_is_cited_by_a_test() =>
        Assert.Empty(Rules().Except(Cited(), StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_cited_rule_stands_in_a_document() =>
        Assert.Empty(Cited().Except(Rules(), StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_rule_has_a_number_of_its_own() =>
        Assert.Empty(Rules().CountBy(rule => rule, StringComparer.Ordinal).Where(rule => rule.Value > 1).Select(rule => rule.Key));

    private static IEnumerable<string> Rules() => Directory.EnumerateFiles(Path.Combine(Checkout.Root, "docs/protocols"), "*.md")
        .Select(path => Path.GetRelativePath(Checkout.Root, path)).Append("docs/behaviours.md")
        .SelectMany(RulesIn);

    private static IEnumerable<string> RulesIn(string document) =>
        Rule().Matches(File.ReadAllText(Path.Combine(Checkout.Root, document))).Select(match => match.Groups["id"].Value);

    private static string[] Cited() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(path => Citation().Matches(File.ReadAllText(path)))
            .Select(match => match.Groups["id"].Value).Distinct(StringComparer.Ordinal),
    ];

    [GeneratedRegex(@"^- \*\*(?<id>[A-Z]{2}\d+)\*\* ", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Rule();

    [GeneratedRegex("""\[Trait\("rule", "(?<id>[A-Z]{2}\d+)"\)\]""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Citation();
}
