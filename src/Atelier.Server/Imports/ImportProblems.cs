using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Imports;

internal static class ImportProblems
{
    public static ProblemHttpResult NotUsable(string reason) => Problem.Of(
        422, "import-not-usable", "This cannot be imported; nothing was.", $"{reason} Correct the file and import it again.");
}
