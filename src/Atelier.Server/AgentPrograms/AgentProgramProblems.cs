using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.AgentPrograms;

internal static class AgentProgramProblems
{
    public static ProblemHttpResult NotFound(string id) =>
        Problem.Of(404, "agent-program-not-found", "There is no such program.", $"No program has the id {id}.");

    public static ProblemHttpResult BuiltIn() => Problem.Of(
        409, "agent-program-is-built-in", "A program that came with Atelier cannot be changed.", "Add one of your own with the command you want.");

    public static ProblemHttpResult Invalid(string detail) =>
        Problem.Of(400, "agent-program-invalid", "That cannot be a program.", detail);
}
