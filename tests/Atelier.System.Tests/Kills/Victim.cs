namespace Atelier.System.Tests.Kills;

/// <summary>What is killed in a row of the kill table.</summary>
public enum Victim
{
    Server,
    Daemon,
    ServerAndDaemon,
    Postgres,
    Wire,
    Several,
}
