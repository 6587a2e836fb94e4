using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Server.Tests;

public sealed class AccessRuleTests(TestServer server) : IClassFixture<TestServer>
{
    /// <summary>Reviewed one by one: whoever adds a route that strangers may call changes this list too.</summary>
    private static readonly string[] s_openToStrangers =
    [
        "/acp",
        "HTTP: GET /api/health",
        "HTTP: GET /api/ready",
        "HTTP: GET /openapi/{documentName}.json",
        "HTTP: POST /api/invites/{code}/accept",
        "HTTP: POST /api/login",
        "/api/v1/external-agents/sync",
        "/ws/hosts/link",
    ];

    private IEnumerable<Endpoint> Routes => server.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    [Fact]
    public void Every_route_and_socket_has_exactly_one_access_rule() =>
        Assert.All(Routes, route => Assert.Single(route.Metadata.OfType<AccessRule>()));

    [Fact]
    public void Strangers_may_call_only_what_is_listed_here() =>
        Assert.Equal(
            s_openToStrangers.Order(StringComparer.Ordinal),
            Routes.Where(route => route.Metadata.GetMetadata<AccessRule>() is AccessRule.Anonymous)
                .Select(route => route.DisplayName?.Split(" =>")[0] ?? "")
                .Order(StringComparer.Ordinal));

    [Fact]
    public void A_rule_about_a_thing_names_a_value_of_its_path() =>
        Assert.All(
            Routes.OfType<RouteEndpoint>().Where(route => route.Metadata.GetMetadata<AccessRule>() is AccessRule.On),
            route => Assert.Contains(
                route.Metadata.GetRequiredMetadata<AccessRule>() is AccessRule.On on ? on.RouteValue : "",
                route.RoutePattern.Parameters.Select(parameter => parameter.Name)));

    [Fact]
    public void Each_kind_of_thing_has_somebody_who_knows_roles_in_it()
    {
        var known = server.Services.GetServices<IRoleSource>().Select(source => source.Kind).ToHashSet(StringComparer.Ordinal);

        Assert.All(
            Routes.Select(route => route.Metadata.GetMetadata<AccessRule>()).OfType<AccessRule.On>(),
            rule => Assert.Contains(rule.Kind, known));
    }

    [Fact]
    public async Task A_stranger_gets_401_from_every_other_route()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        foreach (var route in Routes.OfType<RouteEndpoint>().Where(route => route.Metadata.GetMetadata<AccessRule>() is not AccessRule.Anonymous))
        {
            var method = route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "GET";
            var path = route.RoutePattern.Parameters.Aggregate(
                route.RoutePattern.RawText ?? "", (text, parameter) => text.Replace($"{{{parameter.Name}}}", "x", StringComparison.Ordinal).Replace($"{{{parameter.Name}:int}}", "1", StringComparison.Ordinal));
            using var answer = await server.Http.SendJsonAsync(new HttpMethod(method), path, method == "GET" ? null : "{}", cancellationToken);

            Assert.True((int)answer.StatusCode == 401, $"{method} {path} answered {answer.StatusCode} to a stranger.");
        }
    }
}
