using System.Text.Json;
using Atelier.TestKit;

namespace Atelier.System.Tests.Agents;

/// <summary>A job in a small repository: what is there, what the model does about it (troubles of its endpoint included), and what must be on the branch afterwards.</summary>
/// <param name="Name">Of the job.</param>
/// <param name="Files">What is there.</param>
/// <param name="Steps">What the model does, as its server reads it.</param>
/// <param name="Check">A command that must succeed in the worktree afterwards.</param>
/// <param name="Changed">Files that the branch changes.</param>
internal sealed record ModelTask(string Name, IReadOnlyDictionary<string, string> Files, IReadOnlyList<string> Steps, string Check, IReadOnlyList<string> Changed)
{
    private const string Commit = "git add -A && git -c user.name=Agent -c user.email=agent@example.org commit -qm";

    public string Request => $"{Name}. %% {string.Join(" %% ", Steps)}";

    public static IReadOnlyList<ModelTask> All { get; } =
    [
        new(
            "Rename total to sum everywhere",
            new Dictionary<string, string>
            {
                ["lib/total.sh"] = "total() { echo $(($1 + $2)); }\n",
                ["bin/app.sh"] = ". lib/total.sh\ntotal 1 2\n",
                ["test.sh"] = ". lib/total.sh\n[ \"$(total 2 3)\" = 5 ]\n",
                ["docs/use.md"] = "Call `total` with two numbers.\n",
            },
            [
                "say I look where it is.", Call("search", new { pattern = "total" }), Call("list", new { deep = true }), "next",
                Call("read", new { path = "lib/total.sh" }), Call("read", new { path = "bin/app.sh" }), Call("read", new { path = "test.sh" }), Call("read", new { path = "docs/use.md" }), "next",
                Call("edit", new { path = "lib/total.sh", old_text = "total()", new_text = "sum()" }),
                Call("edit", new { path = "bin/app.sh", old_text = "total 1", new_text = "sum 1" }),
                Call("edit", new { path = "test.sh", old_text = "$(total", new_text = "$(sum" }),
                Call("edit", new { path = "docs/use.md", old_text = "`total`", new_text = "`sum`" }), "next",
                Run($"sh test.sh && {Commit} 'Rename total to sum'"), "say Renamed in four files; the test passes.",
            ],
            "sh test.sh && [ \"$(sh bin/app.sh)\" = 3 ] && grep -q '`sum`' docs/use.md",
            ["bin/app.sh", "docs/use.md", "lib/total.sh", "test.sh"]),
        new(
            "Add a --json flag to greet, with a test",
            new Dictionary<string, string> { ["greet.sh"] = "#!/bin/sh\necho \"hello $1\"\n", ["test.sh"] = "[ \"$(sh greet.sh Ada)\" = 'hello Ada' ]\n", ["README.md"] = "greet NAME\n" },
            [
                "error 429 2", Call("read", new { path = "greet.sh" }), Call("read", new { path = "test.sh" }), Call("read", new { path = "README.md" }), "next",
                Call("write", new { path = "greet.sh", content = "#!/bin/sh\nif [ \"$1\" = --json ]; then\n    echo \"{\\\"hello\\\":\\\"$2\\\"}\"\nelse\n    echo \"hello $1\"\nfi\n" }),
                Call("edit", new { path = "README.md", old_text = "greet NAME", new_text = "greet [--json] NAME" }), "next", "error 529",
                Call("write", new { path = "tests/json.sh", content = "[ \"$(sh greet.sh --json Ada)\" = '{\"hello\":\"Ada\"}' ]\n" }),
                Call("run", new { command = "sh test.sh && sh tests/json.sh" }), "next", Run($"{Commit} 'Greet in JSON'"), "say Done, with a test.",
            ],
            "sh test.sh && sh tests/json.sh && grep -q -- --json README.md",
            ["README.md", "greet.sh", "tests/json.sh"]),
        new(
            "Find out why the test fails, and repair it",
            new Dictionary<string, string>
            {
                ["src/max.sh"] = "max() { [ \"$1\" -lt \"$2\" ] && echo \"$1\" || echo \"$2\"; }\n",
                ["src/min.sh"] = "min() { [ \"$1\" -gt \"$2\" ] && echo \"$1\" || echo \"$2\"; }\n",
                ["test.sh"] = ". src/max.sh\n. src/min.sh\n[ \"$(max 1 2)\" = 2 ] || { echo max is wrong; exit 1; }\n[ \"$(min 1 2)\" = 1 ] || { echo min is wrong; exit 1; }\n",
            },
            [
                "think Let me see it fail.", Run("sh test.sh"), "say It is max, and then %% cut %% say min.", Call("read", new { path = "src/max.sh" }), Call("read", new { path = "src/min.sh" }), "next",
                Call("edit", new { path = "src/max.sh", old_text = "-lt", new_text = "-gt" }), Run("sh test.sh"), "next", "cut 2",
                Call("edit", new { path = "src/min.sh", old_text = "-gt", new_text = "-lt" }), Run($"sh test.sh && {Commit} 'Compare the right way round'"), "say Both compared the wrong way round.",
            ],
            "sh test.sh",
            ["src/max.sh", "src/min.sh"]),
        new(
            "Move the helpers of app into a file of their own",
            new Dictionary<string, string> { ["app.sh"] = "up() { tr a-z A-Z; }\necho hello | up\n", ["test.sh"] = "[ \"$(sh app.sh)\" = HELLO ]\n" },
            [
                Call("read", new { path = "app.sh" }), "next", "broken-call write {\"path\":\"helpers.sh\",\"content\":\"up() {", "next",
                Call("write", new { path = "helpers.sh", content = "up() { tr a-z A-Z; }\n" }),
                Call("edit", new { path = "app.sh", old_text = "down() {", new_text = "" }), "next",
                Call("edit", new { path = "app.sh", old_text = "up() { tr a-z A-Z; }\n", new_text = ". ./helpers.sh\n" }),
                Run($"sh test.sh && {Commit} 'Keep helpers in a file of their own'"), "say Moved.",
            ],
            "sh test.sh && grep -q helpers app.sh && grep -q up helpers.sh",
            ["app.sh", "helpers.sh"]),
        new(
            "Bring the settings into line",
            new Dictionary<string, string> { ["a.conf"] = "port=1\n", ["b.conf"] = "port=2\n", ["c.conf"] = "port=3\n", ["test.sh"] = "[ \"$(cat ?.conf | sort -u)\" = port=7 ]\n" },
            [
                Call("read", new { path = "a.conf" }), Call("read", new { path = "b.conf" }), "next",
                Call("edit", new { path = "a.conf", old_text = "port=1", new_text = "port=7" }), "next", "overflow", Call("edit", new { path = "b.conf", old_text = "port=2", new_text = "port=7" }), "next",
                Call("read", new { path = "c.conf" }), "next", "overflow 1", Call("write", new { path = "c.conf", content = "port=7\n" }),
                Run($"sh test.sh && {Commit} 'Use one port'"), "say All three say 7.",
            ],
            "sh test.sh",
            ["a.conf", "b.conf", "c.conf"]),
    ];

    /// <summary>A repository with the files.</summary>
    public TemporaryRepository Repository()
    {
        var repository = new TemporaryRepository();
        foreach (var (path, text) in Files)
        {
            repository.Write(path, text);
        }

        repository.Git("add", "--all");
        repository.Git("commit", "--quiet", "-m", "Begin");
        return repository;
    }

    private static string Call(string tool, object arguments) => $"call {tool} {JsonSerializer.Serialize(arguments)}";

    private static string Run(string command) => Call("run", new { command });
}
