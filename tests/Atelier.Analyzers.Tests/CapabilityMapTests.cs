namespace Atelier.Analyzers.Tests;

/// <summary>What CAPABILITIES.txt itself must be.</summary>
public sealed class CapabilityMapTests
{
    private const string Goods = "namespace Shop.Goods; public class Article;";

    [Fact]
    public async Task A_folder_without_a_line_is_reported() =>
        Assert.Equal(
            ["ATR0003: CAPABILITIES.txt: the folder 'Orders' has no line"],
            await CompiledProject.SaysAsync("Goods ->", Goods, "namespace Shop.Orders; public class Order;"));

    [Fact]
    public async Task A_line_without_a_folder_is_reported() =>
        Assert.Equal(
            ["ATR0003: CAPABILITIES.txt: there is no folder 'Orders'"],
            await CompiledProject.SaysAsync("Goods ->\nOrders -> Goods", Goods));

    [Theory]
    [InlineData("Goods ->\nwhat is this", "'what is this' is not of the form 'Capability -> Other, Other'")]
    [InlineData("Goods ->\nGoods ->", "'Goods' has two lines")]
    [InlineData("Goods ->\nInfrastructure -> Goods", "'Infrastructure' uses none and has no line")]
    [InlineData("Goods -> Elsewhere", "'Elsewhere' is used but has no line of its own")]
    public async Task A_line_that_makes_no_sense_is_reported(string map, string problem) =>
        Assert.Equal([$"ATR0003: CAPABILITIES.txt: {problem}"], await CompiledProject.SaysAsync(map, Goods));

    [Fact]
    public async Task Infrastructure_needs_no_line() =>
        Assert.Empty(await CompiledProject.SaysAsync("Goods -> # nothing", Goods, "namespace Shop.Infrastructure; public class Clock;"));
}
