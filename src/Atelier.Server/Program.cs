using Atelier.Server;

return await ServerApplication.RunAsync(args);
