using System.CommandLine;

namespace Atelier.Cli.Commands.Completions;

/// <summary><c>atelier completion bash|zsh|fish</c>: what makes a shell complete our verbs and options.</summary>
/// <remarks>The shell asks the program itself, with the directive <c>[suggest:…]</c>, so nothing here knows a verb.</remarks>
internal static class CompletionCommand
{
    // /? and /h are for another system's habits.
    private const string Bash = """
        _atelier() {
          local program=${COMP_WORDS[0]} line=${COMP_LINE:0:COMP_POINT}
          line=${line#"$program"}
          line=${line# }
          mapfile -t COMPREPLY < <("$program" "[suggest:${#line}]" "$line" 2>/dev/null | grep -v '^/')
        }
        complete -o default -F _atelier atelier ./atelier
        """;

    private const string Zsh = """
        #compdef atelier
        _atelier() {
          local line="${words[2,CURRENT]}"
          local -a found=(${(f)"$(${words[1]} "[suggest:${#line}]" "$line" 2>/dev/null | grep -v '^/')"})
          (( ${#found} )) && compadd -- $found || _files
        }
        compdef _atelier atelier ./atelier
        """;

    private const string Fish = """
        function __atelier_complete
          set -l program (commandline -opc)[1]
          set -l line (commandline -cp | string replace -r '^\s*\S+\s?' '')
          $program "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null | string match -rv '^/'
        end
        complete -c atelier -a '(__atelier_complete)'
        """;

    public static Command Make() => new("completion", "Print what makes a shell complete commands")
    {
        Of("bash", "source <(./atelier completion bash)", Bash),
        Of("zsh", "source <(./atelier completion zsh)", Zsh),
        Of("fish", "./atelier completion fish | source", Fish),
    };

    private static Command Of(string shell, string use, string script) =>
        new Command(shell, $"For {shell}: {use}").Runs((run, _) =>
        {
            run.Output.Line(script);
            return Task.FromResult(ExitCodes.Done);
        });
}
