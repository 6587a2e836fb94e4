namespace Atelier.Terminal.Cells;

/// <summary>A cell of the screen, for reading.</summary>
/// <param name="Text">Its character with combining marks; empty where nothing was printed.</param>
/// <param name="Width">1, 2 for a wide character, 0 for its right half.</param>
/// <param name="Style">How it looks.</param>
/// <param name="Link">Where it leads, or null.</param>
public sealed record ScreenCell(string Text, int Width, Style Style, Link? Link);
