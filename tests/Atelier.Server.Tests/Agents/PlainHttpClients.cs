namespace Atelier.Server.Tests.Agents;

/// <summary>Clients without anything between them and the network.</summary>
internal sealed class PlainHttpClients : IHttpClientFactory
{
    private static readonly SocketsHttpHandler s_handler = new() { AllowAutoRedirect = false, UseCookies = false };

#pragma warning disable RS0030 // this is the factory
    public HttpClient CreateClient(string name) => new(s_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore RS0030
}
