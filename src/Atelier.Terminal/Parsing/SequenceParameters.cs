namespace Atelier.Terminal.Parsing;

/// <summary>The parameters of a control sequence: <c>4:3;58:2::255:0:0</c> is 4 with the part 3, and 58 with five parts.</summary>
/// <remarks>A left-out parameter is 0, a left-out part -1. What exceeds the bounds is dropped.</remarks>
internal sealed class SequenceParameters
{
    private const int Maximum = 32;

    private readonly int[] _values = new int[Maximum];
    private readonly int[] _partsEnd = new int[Maximum];
    private readonly int[] _parts = new int[Maximum];
    private int _partCount;
    private bool _isFull;
    private bool _arePartsFull;
    private bool _isInPart;

    public int Count { get; private set; }

    public int this[int index] => _values[index];

    public void Clear()
    {
        Count = 0;
        _partCount = 0;
        _isFull = _arePartsFull = false;
        Next();
    }

    public bool HasParts(int index) => PartsOf(index).Length > 0;

    public ReadOnlySpan<int> PartsOf(int index)
    {
        var start = index == 0 ? 0 : _partsEnd[index - 1];
        return _parts.AsSpan(start, _partsEnd[index] - start);
    }

    public void Add(int character)
    {
        switch (character)
        {
            case ';':
                Next();
                break;
            case ':':
                NextPart();
                break;
            default:
                AddDigit(character - '0');
                break;
        }
    }

    private void Next()
    {
        _isInPart = false;
        if (Count == Maximum)
        {
            _isFull = true;
            return;
        }

        _values[Count] = 0;
        _partsEnd[Count++] = _partCount;
    }

    private void NextPart()
    {
        _isInPart = true;
        if (_isFull || _partCount == Maximum)
        {
            _arePartsFull = true;
            return;
        }

        _parts[_partCount++] = -1;
        _partsEnd[Count - 1] = _partCount;
    }

    private void AddDigit(int digit)
    {
        if (_isFull || (_isInPart && _arePartsFull))
        {
            return;
        }

        ref var value = ref _isInPart ? ref _parts[_partCount - 1] : ref _values[Count - 1];
        value = (int)Math.Min((Math.Max(value, 0) * 10L) + digit, int.MaxValue);
    }
}
