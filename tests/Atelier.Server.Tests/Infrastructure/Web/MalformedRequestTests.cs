using System.Net.Sockets;
using System.Text;
using Atelier.TestKit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Server.Tests.Infrastructure.Web;

/// <summary>Requests that nobody sends on purpose: the server answers each with a refusal, and goes on.</summary>
public sealed class MalformedRequestTests(TestServer server) : IClassFixture<TestServer>
{
    private const int Requests = 10_000;
    private const int SoakRequests = 500_000;
    private const int AtOnce = 8;
    private static readonly string[] s_methods =
        ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW", "get", ""];
    private static readonly string[] s_values =
    [
        "x", "%00", "%2e%2e%2f", "%ff%fe", "%", "%zz", "a%0d%0ab", "'; drop table users; --", "%F0%9F%98%80",
        new string('a', 300), "..", "~", "[", "%u0041",
    ];

    private static readonly string[] s_queries =
    [
        "?", "?a=%zz", "?access_token=x", "?from=-1&epoch=zz&lag=none", "/", "//", "#", "?" + new string('q', 9_000),
    ];

    private static readonly string[] s_bodies =
    [
        "", "{", "{}", "null", "[]", "1e999", "\"x\"", "{\"name\":null}", "{\"name\":\"\\u0000\"}",
        "{\"displayName\":\"\\ud800\"}", "{\"name\":{}}", "{\"code\":\"a\",\"code\":\"b\"}",
        "{\"expiresAt\":\"yesterday\"}", "{\"name\":\"\u0001\"}", "\ufeff{}",
        "{\"type\":\"quick\",\"locationPath\":\"\\u0000\"}", "{\"name\":\"a\",\"expiresAt\":\"9999-12-31T23:59:59Z\"}",
        "{\"isAdministrator\":\"perhaps\"}", "{\"a\":" + "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    ];

    private static readonly string[] s_headers =
    [
        "Content-Type: application/json", "Content-Type: text/plain", "Content-Type: multipart/form-data",
        "Content-Type: ;;", "Content-Length: 5", "Content-Length: -1", "Transfer-Encoding: chunked",
        "Transfer-Encoding: gzip", "Authorization: Bearer", "Authorization: \u00e9", "Cookie: ===;;;=", "Origin: null",
        "Host: evil.example", "Expect: 100-continue", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Key: short",
        "Accept-Encoding: br;q=nan", "If-None-Match: \"", "Range: bytes=-1", "Last-Event-ID: -9223372036854775809",
        "X-Forwarded-For: 1.2.3.4", ": no name", "no colon", "Atelier-Request: 1",
    ];

    [Fact]
    [Trait("kind", "random")]
    public Task Ten_thousand_malformed_requests_break_nothing() => BreakNothingAsync(Requests);

    [Fact]
    [Trait("kind", "soak")]
    public Task Half_a_million_malformed_requests_break_nothing() => BreakNothingAsync(SoakRequests);

    private async Task BreakNothingAsync(int requests)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("ATELIER_TEST_SEED"), out var given)
            ? given
            : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"ATELIER_TEST_SEED={seed}");
        var routes = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(route => route.RoutePattern.RawText ?? "/").ToArray();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, AtOnce),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken },
            async (lane, _) =>
            {
                var random = new Random(seed + lane);
                for (var number = 0; number < requests / AtOnce; number++)
                {
                    var request = Make(random, routes);
                    var answer = await Patience.For(SendAsync(request), $"an answer to {request}");
                    Assert.False(IsBug(answer), $"Seed {seed}: {request}\n\n{answer}");
                }
            });

        using var http = server.Client(server.Token);
        using var me = await http.GetAsync("/api/me", TestContext.Current.CancellationToken);
        Assert.True(me.IsSuccessStatusCode);
    }

    private string Make(Random random, string[] routes)
    {
        var path = routes[random.Next(routes.Length)];
        while (path.IndexOf('{') is >= 0 and var open)
        {
            path = path[..open] + Pick(random, s_values) + path[(path.IndexOf('}', open) + 1)..];
        }

        if (random.Next(8) == 0)
        {
            path += Pick(random, s_queries);
        }

        var request = new StringBuilder($"{Pick(random, s_methods)} {path} HTTP/1.{random.Next(3)}\r\n");
        request.Append(random.Next(10) == 0 ? "" : $"Host: localhost:{server.Address.Port}\r\n");
        request.Append(random.Next(2) == 0 ? "" : $"Authorization: Bearer {server.Token}\r\n");
        for (var header = random.Next(4); header > 0; header--)
        {
            request.Append(Pick(random, s_headers)).Append("\r\n");
        }

        var body = Pick(random, s_bodies);
        request.Append(random.Next(3) == 0
            ? ""
            : $"Content-Type: application/json\r\nContent-Length: {Encoding.Latin1.GetByteCount(body)}\r\n");
        request.Append("Connection: close\r\n\r\n").Append(body);
        if (random.Next(6) == 0)
        {
            request.Length = random.Next(request.Length);
        }

        return request.ToString();
    }

    /// <summary>
    /// Sends it, says that nothing more comes, and reads what the server has to say: the head of an answer, or nothing.
    /// </summary>
    private async Task<string> SendAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
        try
        {
            await client.Client.SendAsync(Encoding.Latin1.GetBytes(request));
            client.Client.Shutdown(SocketShutdown.Send);
            var buffer = new byte[2_048];
            var read = await client.Client.ReceiveAsync(buffer);
            return Encoding.Latin1.GetString(buffer, 0, read);
        }
        catch (SocketException)
        {
            // Cut off by the server, as it may.
            return "";
        }
    }

    // 505 is Kestrel's answer to another version of HTTP.
    private static bool IsBug(string answer) =>
        answer.StartsWith("HTTP/1.1 5", StringComparison.Ordinal) && !answer.StartsWith(
            "HTTP/1.1 505", StringComparison.Ordinal);

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
