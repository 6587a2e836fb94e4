# Makes a new capability of the server. Sourced, not run.

# Writes the folder of a capability, its line in the map and its two lines in the server. The name is a plural of the glossary, as Sessions.
new_capability() {
  local name=$1 server=src/Atelier.Server
  if [[ ! $name =~ ^[A-Z][A-Za-z0-9]+s$ ]]; then
    echo "A capability is named by the plural of what it is about, in the form Sessions." >&2
    return 2
  fi
  if [[ -e $server/$name ]]; then
    echo "$server/$name is there already." >&2
    return 1
  fi
  local thing=${name%s} route prefix
  [[ $name != *ies ]] || thing=${name%ies}y
  route=$(sed -E 's/([a-z0-9])([A-Z])/\1-\2/g' <<<"$name" | tr '[:upper:]' '[:lower:]')
  prefix=$(tr '[:upper:]' '[:lower:]' <<<"${thing:0:3}")
  mkdir -p "$server/$name"

  cat >"$server/$name/${thing}Id.cs" <<TEXT
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.$name;

[JsonConverter(typeof(IdJson<${thing}Id>))]
internal readonly record struct ${thing}Id(string Value) : ITypedId, IParsable<${thing}Id>
{
    public static ${thing}Id New(TimeProvider clock) => new(Ids.New("$prefix", clock));

    public static ${thing}Id Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ${thing}Id result)
    {
        result = new ${thing}Id(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
TEXT

  cat >"$server/$name/${thing}Problems.cs" <<TEXT
using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.$name;

internal static class ${thing}Problems
{
    public static ProblemHttpResult NotFound(${thing}Id id) =>
        Problem.Of(404, "${route%s}-not-found", "There is no such ${thing,,}.", \$"Nothing here has the id {id}.");
}
TEXT

  cat >"$server/$name/${name}Setup.cs" <<TEXT
namespace Atelier.Server.$name;

internal static class ${name}Setup
{
    public static IServiceCollection Add$name(this IServiceCollection services) => services;

    public static void Map$name(this IEndpointRouteBuilder routes) => routes.MapGroup("/api/$route");
}
TEXT

  printf '%-14s -> Accounts\n' "$name" >>"$server/CAPABILITIES.txt"
  sed -i \
    -e "0,/^using Atelier.Server.Infrastructure;/s//using Atelier.Server.Infrastructure;\nusing Atelier.Server.$name;/" \
    -e "0,/^        builder.Services.AddHostedService<RunningRecord>/s//        builder.Services.Add$name();\n&/" \
    -e "0,/^        server.RequireAccessRules/s//        server.Map$name();\n&/" \
    "$server/ServerApplication.cs"
  (LC_ALL=C sort -u <(grep '^using ' "$server/ServerApplication.cs"); grep -v '^using ' "$server/ServerApplication.cs") >"$server/ServerApplication.cs.new"
  mv "$server/ServerApplication.cs.new" "$server/ServerApplication.cs"
  echo "Made $server/$name. What comes next: docs/how-to/add-a-capability.md"
}
