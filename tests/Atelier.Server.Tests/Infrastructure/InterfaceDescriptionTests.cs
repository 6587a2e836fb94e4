using System.Text.Encodings.Web;
using System.Text.Json;
using Atelier.TestKit;

namespace Atelier.Server.Tests.Infrastructure;

/// <summary>
/// The page's types are made from the server's description of its interface, so the committed description must be the
/// server's. With <c>ATELIER_WRITE_CONTRACTS=1</c> it is written instead (<c>./dev gen</c>).
/// </summary>
public sealed class InterfaceDescriptionTests(TestServer server) : IClassFixture<TestServer>
{
    private static readonly JsonSerializerOptions s_readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string CommittedFile => Path.Combine(Checkout.Root, "web", "src", "contracts", "openapi.json");

    [Fact]
    public async Task The_description_the_page_is_built_from_is_the_servers()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var served = await DescriptionAsync(cancellationToken) + "\n";
        if (Environment.GetEnvironmentVariable("ATELIER_WRITE_CONTRACTS") == "1")
        {
            await File.WriteAllTextAsync(CommittedFile, served, cancellationToken);
        }

        Assert.True(
            served == await File.ReadAllTextAsync(CommittedFile, cancellationToken),
            "The interface has changed. Run ./dev gen and commit what it writes into web/src/contracts.");
    }

    private async Task<string> DescriptionAsync(CancellationToken cancellationToken)
    {
        using var answer = await server.Http.GetAsync("/openapi/v1.json", cancellationToken);
        answer.EnsureSuccessStatusCode();
        return (await answer.JsonAsync(cancellationToken)).ToJsonString(s_readable);
    }
}
