using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Context;
using Atelier.Server.Infrastructure;
using Atelier.Server.Infrastructure.Secrets;
using Atelier.Server.ModelProviders;
using Atelier.Server.ModelProviders.Asking;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Scenarios.Agents;

/// <summary>No model anywhere: nothing of a scenario asks one.</summary>
internal sealed class NoModels : IHttpClientFactory
{
    public static BuiltInSurroundings On(NpgsqlDataSource database)
    {
        var asking = Options.Create(new ModelProvidersOptions());
        var secrets = new SealedSecrets(Options.Create(new ServerOptions { Data = "/nowhere" }));
        return new BuiltInSurroundings(
            database,
            new KnownModels(new ModelProviderStore(database, secrets, TimeProvider.System), asking),
            new ModelClient(new NoModels(), asking, TimeProvider.System),
            new AgentContexts(database),
            Options.Create(new BuiltInOptions()),
            asking);
    }

    public HttpClient CreateClient(string name) => throw new InvalidOperationException("There is no model here.");
}
