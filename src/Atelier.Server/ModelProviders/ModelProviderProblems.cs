using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.ModelProviders;

internal static class ModelProviderProblems
{
    public static ProblemHttpResult NotFound(string id) => Problem.Of(404, "model-provider-not-found", "There is no such model provider.", $"No provider has the id {id}.");

    public static ProblemHttpResult Invalid(string detail) => Problem.Of(400, "model-provider-invalid", "That cannot be a model provider.", detail);

    public static ProblemHttpResult Configured() => Problem.Of(
        409, "model-provider-is-configured", "That provider stands in the server's settings.", "Change ATELIER_Models__… there, and start the server again.");
}
