using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.AgentPrograms;

internal static class AgentProgramProblems
{
    public static ProblemHttpResult NotFound(string id) =>
        Problem.Of(404, "agent-program-not-found", "There is no such program.", $"No program has the id {id}.");

    public static ProblemHttpResult NotToInstall(string name) => Problem.Of(
        422, "agent-program-not-to-install", "Nobody knows how to install that program.", $"{name} has no package; install it on the machine, so that it is on the PATH.");

    public static ProblemHttpResult VersionInvalid() => Problem.Of(
        400, "agent-program-version-invalid", "That is no version.", "version is exact, as 1.2.3; absent for the one that was tried with this build.");

    public static ProblemHttpResult EnvironmentInvalid(string detail) => Problem.Of(400, "program-environment-invalid", "That cannot be an environment.", detail);

    public static ProblemHttpResult ToolServersInvalid(string detail) => Problem.Of(400, "tool-servers-invalid", "That cannot be a list of servers of tools.", detail);

    public static ProblemHttpResult BuiltIn() => Problem.Of(
        409, "agent-program-is-built-in", "A program that came with Atelier cannot be changed.", "Add one of your own with the command you want.");

    public static ProblemHttpResult Invalid(string detail) =>
        Problem.Of(400, "agent-program-invalid", "That cannot be a program.", detail);
}
