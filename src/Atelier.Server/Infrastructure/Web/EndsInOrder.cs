namespace Atelier.Server.Infrastructure.Web;

/// <summary>Marks a route whose sockets say goodbye themselves when the server stops; all others that never end are cut.</summary>
internal sealed class EndsInOrder
{
    public static EndsInOrder Mark { get; } = new();
}
