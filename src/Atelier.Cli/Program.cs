using System.CommandLine;
using Atelier.Cli;
using Atelier.Cli.Commands.Agents;
using Atelier.Cli.Commands.Backups;
using Atelier.Cli.Commands.Bridges;
using Atelier.Cli.Commands.Completions;
using Atelier.Cli.Commands.Imports;
using Atelier.Cli.Commands.Inbox;
using Atelier.Cli.Commands.Models;
using Atelier.Cli.Commands.Processes;
using Atelier.Cli.Commands.Programs;
using Atelier.Cli.Commands.Repositories;
using Atelier.Cli.Commands.Sessions;
using Atelier.Cli.Commands.Users;
using Atelier.Cli.Commands.Workers;

var root = new RootCommand("Atelier: people and coding agents on the same branches")
{
    CommandActions.Data,
    CommandActions.Json,
    UpCommand.Make(),
    DownCommand.Make(),
    StatusCommand.Make(),
    AgentCommands.Make(),
    AcpCommand.Make(),
    McpCommand.Make(),
    InboxCommands.Make(),
    SessionCommands.Make(),
    WorkerCommands.Make(),
    AttachCommand.Make(),
    LogsCommand.Make(),
    ProgramCommands.Make(),
    ModelCommands.Make(),
    RepositoryCommands.Make(),
    UserCommands.Make(),
    ImportCommand.Make(),
    BackupCommand.Make(),
    RestoreCommand.Make(),
    CompletionCommand.Make(),
};

// Ctrl-C asks a command to end; `up` needs time to let the server and its database end in order.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) });
