namespace Atelier.HostDaemon.Activity;

/// <summary>The end of what a person has typed. A screen shows some of it, a key or two late and without blanks at its end.</summary>
internal readonly record struct TypedText(string End)
{
    /// <summary>So many letters in a row are no accident.</summary>
    private const int Piece = 4;

    private const int Kept = 8;

    public static TypedText None { get; } = new("");

    public TypedText With(string typed)
    {
        var all = End + typed;
        return new TypedText(all.Length <= Kept ? all : all[^Kept..]);
    }

    public bool IsEchoedIn(string row)
    {
        if (End.Length < Piece)
        {
            return End.Length > 0 && row.Contains(End.Trim(), StringComparison.Ordinal);
        }

        for (var at = 0; at + Piece <= End.Length; at++)
        {
            if (row.Contains(End.Substring(at, Piece), StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
