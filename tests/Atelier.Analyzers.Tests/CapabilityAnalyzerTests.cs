namespace Atelier.Analyzers.Tests;

/// <summary>Which uses between capabilities the compiler refuses.</summary>
public sealed class CapabilityAnalyzerTests
{
    private const string Map = """
        # who may use whom
        Orders -> Goods
        Goods  ->
        """;

    private const string Goods = """
        namespace Shop.Goods;
        public class Article { public static int Count; public int Price; public Article Next() => this; }
        public class ArticleStore { public static void Load() { } }
        """;

    private const string Order = "namespace Shop.Orders; public class Order { public static Order Last() => new(); public int Number; }";

    private const string Infrastructure = "namespace Shop.Infrastructure; public class Clock { public static int Ticks; }";

    [Fact]
    public async Task A_use_that_the_map_names_is_fine() =>
        Assert.Empty(await CompiledProject.SaysAsync(Map, Goods, Order, "namespace Shop.Orders; public class Line { Shop.Goods.Article article = new(); }"));

    [Fact]
    public async Task A_use_that_the_map_does_not_name_is_refused() =>
        Assert.Equal(
            ["ATR0001: 'Goods' may not use 'Orders'; change the design, or list it in CAPABILITIES.txt"],
            await CompiledProject.SaysAsync(Map, Goods, Order, "namespace Shop.Goods; public class Leak { Shop.Orders.Order order; }"));

    [Theory]
    [InlineData("object Made() => new Shop.Orders.Order();")]
    [InlineData("System.Collections.Generic.List<Shop.Orders.Order> orders;")]
    [InlineData("object Called() => Shop.Orders.Order.Last();")]
    [InlineData("string Named() => nameof(Shop.Orders.Order);")]
    [InlineData("[System.Obsolete(nameof(Shop.Orders.Order))] void Attributed() { }")]
    [InlineData("bool Asked(object thing) => thing is Shop.Orders.Order;")]
    public async Task A_use_is_found_wherever_it_stands(string member) =>
        Assert.Single(await CompiledProject.SaysAsync(Map, Goods, Order, $$"""namespace Shop.Goods; public class Leak { {{member}} }"""));

    [Fact]
    public async Task A_member_of_a_value_whose_type_nobody_wrote_down_is_a_use() =>
        Assert.NotEmpty(await CompiledProject.SaysAsync(
            Map,
            Goods,
            Order,
            "namespace Shop { public static class Root { public static Shop.Orders.Order Order; } }",
            "namespace Shop.Goods { public class Leak { int Read() { var order = Shop.Root.Order; return order.Number; } } }"));

    [Fact]
    public async Task Sub_folders_belong_to_their_capability() =>
        Assert.Single(await CompiledProject.SaysAsync(Map, Goods, Order, "namespace Shop.Goods.Prices.Rebates; public class Leak { Shop.Orders.Order order; }"));

    [Fact]
    public async Task Everybody_may_use_infrastructure() =>
        Assert.Empty(await CompiledProject.SaysAsync(Map, Goods, Order, Infrastructure, "namespace Shop.Goods; public class Line { int now = Shop.Infrastructure.Clock.Ticks; }"));

    [Fact]
    public async Task Infrastructure_uses_no_capability() =>
        Assert.Equal(
            ["ATR0001: 'Infrastructure' may not use 'Goods'; change the design, or list it in CAPABILITIES.txt"],
            await CompiledProject.SaysAsync(Map, Goods, Order, "namespace Shop.Infrastructure; public class Leak { Shop.Goods.Article article; }"));

    [Fact]
    public async Task The_root_puts_everything_together() =>
        Assert.Empty(await CompiledProject.SaysAsync(
            Map, Goods, Order, "namespace Shop; public class Application { Shop.Goods.ArticleStore store; Shop.Orders.Order order; }"));

    [Fact]
    public async Task Comments_may_speak_of_anything() =>
        Assert.Empty(await CompiledProject.SaysAsync(
            Map, Goods, Order, "namespace Shop.Goods; /// <summary>Sold by <see cref=\"Shop.Orders.Order\"/>.</summary>\npublic class Line { }"));

    [Theory]
    [InlineData("Store")]
    [InlineData("Queries")]
    [InlineData("Endpoints")]
    [InlineData("Problems")]
    public async Task The_insides_of_another_capability_may_not_be_used_at_all(string role) =>
        Assert.Equal(
            [$"ATR0002: 'Price{role}' is inside 'Goods' and may not be used from 'Orders'; ask its owner for what you need"],
            await CompiledProject.SaysAsync(
                Map,
                Goods,
                $$"""namespace Shop.Goods { public class Price{{role}} { } }""",
                $$"""namespace Shop.Orders { public class Line { Shop.Goods.Price{{role}} prices; } }"""));

    [Fact]
    public async Task A_capabilitys_own_insides_are_its_own() =>
        Assert.Empty(await CompiledProject.SaysAsync(Map, Goods, Order, "namespace Shop.Goods.Prices; public class Line { Shop.Goods.ArticleStore store; }"));

    [Fact]
    public async Task Without_a_map_nothing_is_said() =>
        Assert.Empty(await CompiledProject.SaysAsync(map: null, Goods, Order, "namespace Shop.Goods; public class Leak { Shop.Orders.Order order; }"));
}
