using System.CommandLine;
using Atelier.Cli;
using Atelier.Cli.Commands.Imports;
using Atelier.Cli.Commands.Programs;
using Atelier.Cli.Commands.Repositories;
using Atelier.Cli.Commands.Sessions;
using Atelier.Cli.Commands.Users;
using Atelier.Cli.Commands.Workers;

var root = new RootCommand("Atelier: people and coding agents on the same branches")
{
    CommandActions.Data,
    CommandActions.Json,
    SessionCommands.Make(),
    WorkerCommands.Make(),
    AttachCommand.Make(),
    LogsCommand.Make(),
    ProgramCommands.Make(),
    RepositoryCommands.Make(),
    UserCommands.Make(),
    ImportCommand.Make(),
};

return await root.Parse(args).InvokeAsync();
