namespace Atelier.Terminal.Modes;

/// <summary>The columns a tab goes to. They stay when the screen becomes narrower, and return with its width.</summary>
internal sealed class TabStops
{
    private const int Width = 8;

    private bool[] _isStop = [];

    public TabStops(int columns) => Reset(columns);

    public bool this[int column]
    {
        get => (uint)column < (uint)_isStop.Length && _isStop[column];
        set
        {
            if (column >= _isStop.Length)
            {
                Array.Resize(ref _isStop, column + 1);
            }

            _isStop[column] = value;
        }
    }

    public void Reset(int columns)
    {
        Array.Clear(_isStop);
        SetFrom(0, columns);
    }

    public void ClearAll() => Array.Clear(_isStop);

    /// <summary>Goes on with a stop every eight columns after the last one, on a wider screen.</summary>
    public void Extend(int columns) => SetFrom(this[columns] ? columns : Previous(columns, columns), columns);

    public int Next(int column, int columns)
    {
        do
        {
            column++;
        }
        while (column < columns && !this[column]);
        return Math.Min(column, columns - 1);
    }

    public int Previous(int column, int columns)
    {
        do
        {
            column--;
        }
        while (column > 0 && !this[column]);
        return Math.Clamp(column, 0, columns - 1);
    }

    private void SetFrom(int column, int columns)
    {
        for (; column < columns; column += Width)
        {
            this[column] = true;
        }
    }
}
