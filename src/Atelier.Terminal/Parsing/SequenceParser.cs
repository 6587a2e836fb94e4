using System.Buffers;
using System.Text;
using Atelier.Terminal.Interpretation;

namespace Atelier.Terminal.Parsing;

/// <summary>Takes output bytes apart into characters and control sequences, wherever they are cut.</summary>
/// <remarks>
/// Bytes are UTF-8; what is not well-formed is passed over, as xterm.js does (C1 controls are two bytes then). A control
/// sequence longer than <see cref="MaximumSequence"/> and a command longer than <see cref="ScreenLimits.MaximumStringBytes"/>
/// have no effect.
/// </remarks>
internal sealed class SequenceParser(SequenceInterpreter interpreter)
{
    private const int MaximumSequence = 1024;
    private const int IntermediateBits = 8;

    private static readonly SearchValues<byte> s_commandText = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x60).Select(value => (byte)value)]);

    private readonly SequenceParameters _parameters = new();
    private readonly ArrayBufferWriter<byte> _sequence = new(64);
    private readonly byte[] _character = new byte[4];
    private ParserState _state;
    private int _collected;
    private int _characterLength;
    private byte[] _command = [];
    private int _commandLength;
    private bool _isCommandTooLong;
    private bool _hasExecuted;
    private int _ignoredLength;

    /// <summary>The offset of the first byte of what is unfinished, or of the next byte.</summary>
    public long BoundaryOffset { get; private set; }

    /// <summary>
    /// What to send a terminal in the state at <see cref="BoundaryOffset"/> so that it takes the rest as this one does:
    /// empty, except when an unfinished sequence has had an effect already or is so long that it will have none.
    /// </summary>
    public string Unfinished { get; private set; } = "";

    public bool IsAtBoundary => _state is ParserState.Ground && _characterLength == 0;

    /// <summary>Takes bytes whose first is at an offset.</summary>
    public void Parse(ReadOnlySpan<byte> bytes, long offset)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            if (_state is ParserState.Ground && _characterLength == 0)
            {
                at += PrintRun(bytes[at..]);
                if (at == bytes.Length)
                {
                    break;
                }

                BoundaryOffset = offset + at;
            }

            if (_state is ParserState.Command && _characterLength == 0 && TakeCommandText(bytes[at..]) is > 0 and var taken)
            {
                at += taken;
                continue;
            }

            var codePoint = Decode(bytes[at..], out var length);
            at += length;
            if (codePoint >= 0)
            {
                Take(codePoint);
            }
        }

        var end = offset + bytes.Length;
        Unfinished = "";
        if (IsAtBoundary)
        {
            BoundaryOffset = end;
        }
        else if (_state is not ParserState.Ground && Restated() is { } restated)
        {
            // An unfinished character stays outside.
            Unfinished = restated;
            BoundaryOffset = end - _characterLength;
        }
    }

    /// <summary>Forgets what is unfinished; the next byte is at an offset.</summary>
    public void Reset(long offset)
    {
        _state = ParserState.Ground;
        _characterLength = 0;
        Unfinished = "";
        BoundaryOffset = offset;
    }

    /// <summary>Says that the next byte is at another offset, in the middle of a sequence or not.</summary>
    public void MoveTo(long offset) => BoundaryOffset = offset;

    private int PrintRun(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var value = bytes[at];
            if (value is >= 0x20 and <= 0x7E)
            {
                var run = bytes[at..].IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E);
                run = run < 0 ? bytes.Length - at : run;
                interpreter.Printer.PrintAscii(bytes.Slice(at, run));
                at += run;
            }
            else if (value is < 0x20 and not 0x1B)
            {
                interpreter.Printer.EndRun();
                interpreter.Execute(value);
                at++;
            }
            else if (value >= 0x80
                && Rune.DecodeFromUtf8(bytes[at..], out var rune, out var length) == OperationStatus.Done
                && rune.Value is >= 0xA0 and not 0xFEFF)
            {
                interpreter.Printer.Print(rune.Value);
                at += length;
            }
            else
            {
                break;
            }
        }

        return at;
    }

    private void Take(int codePoint)
    {
        var (action, next) = ParserTable.At(_state, codePoint);
        var before = _state;
        _state = next;
        if (action is ParserAction.Print)
        {
            interpreter.Printer.Print(codePoint);
            return;
        }

        interpreter.Printer.EndRun();
        switch (action)
        {
            case ParserAction.Execute:
                interpreter.Execute(codePoint);
                _hasExecuted |= before is not ParserState.Ground && next is not ParserState.Ground;
                return;
            case ParserAction.Clear:
                Clear();
                break;
            case ParserAction.Collect:
                _collected = _collected << IntermediateBits | codePoint;
                break;
            case ParserAction.Parameter:
                _parameters.Add(codePoint);
                break;
            case ParserAction.DispatchEscape:
                interpreter.Escape(_collected, (char)codePoint);
                return;
            case ParserAction.DispatchControl:
                interpreter.Control(_collected, (char)codePoint, _parameters);
                return;
            case ParserAction.StartCommand:
                Clear();
                _commandLength = 0;
                _isCommandTooLong = false;
                return;
            case ParserAction.PutCommand:
                Span<byte> encoded = stackalloc byte[4];
                PutCommand(encoded[..new Rune(codePoint).EncodeToUtf8(encoded)]);
                return;
            case ParserAction.EndCommand:
                EndCommand(isComplete: codePoint is not (0x18 or 0x1A));
                Clear();
                break;
        }

        Remember(codePoint);
    }

    private void Clear()
    {
        _parameters.Clear();
        _collected = 0;
        _hasExecuted = false;
        _ignoredLength = 0;
        _sequence.ResetWrittenCount();
    }

    // The bytes of a control sequence are kept so that its start can be sent to another terminal.
    private void Remember(int codePoint)
    {
        _ignoredLength++;
        if (_state is not (ParserState.Escape or ParserState.EscapeIntermediate or ParserState.ControlEntry
            or ParserState.ControlParameter or ParserState.ControlIntermediate))
        {
            return;
        }

        if (_sequence.WrittenCount == MaximumSequence)
        {
            _state = _state is ParserState.Escape or ParserState.EscapeIntermediate ? ParserState.Ground : ParserState.ControlIgnore;
            return;
        }

        _sequence.GetSpan(1)[0] = (byte)(codePoint == 0x9B ? '[' : codePoint);
        _sequence.Advance(1);
    }

    private string? Restated() => _state switch
    {
        ParserState.ControlIgnore => "\e[0<",
        ParserState.String when _ignoredLength > ScreenLimits.MaximumStringBytes => "\e_",
        ParserState.Command when _isCommandTooLong => "\e]0x",
        ParserState.DeviceIgnore when _ignoredLength > ScreenLimits.MaximumStringBytes => "\eP0<",
        ParserState.DeviceData when _ignoredLength > ScreenLimits.MaximumStringBytes => "\ePz",
        ParserState.DeviceEntry or ParserState.DeviceParameter when _ignoredLength > ScreenLimits.MaximumStringBytes => "\eP0",
        ParserState.DeviceIntermediate when _ignoredLength > ScreenLimits.MaximumStringBytes => "\eP ",
        _ when _hasExecuted => (_sequence.WrittenSpan is [(byte)'[', ..] ? "\e" : "") + Encoding.ASCII.GetString(_sequence.WrittenSpan),
        _ => null,
    };

    private int TakeCommandText(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.IndexOfAnyExcept(s_commandText);
        length = length < 0 ? bytes.Length : length;
        PutCommand(bytes[..length]);
        return length;
    }

    private void PutCommand(ReadOnlySpan<byte> text)
    {
        if (_isCommandTooLong || _commandLength + text.Length > ScreenLimits.MaximumStringBytes)
        {
            _isCommandTooLong = true;
            _command = [];
            return;
        }

        if (_commandLength + text.Length > _command.Length)
        {
            Array.Resize(ref _command, Math.Min(ScreenLimits.MaximumStringBytes, Math.Max(256, 2 * (_commandLength + text.Length))));
        }

        text.CopyTo(_command.AsSpan(_commandLength));
        _commandLength += text.Length;
    }

    private void EndCommand(bool isComplete)
    {
        interpreter.EndCommand();
        if (!isComplete || _isCommandTooLong)
        {
            return;
        }

        var command = _command.AsSpan(0, _commandLength);
        var separator = command.IndexOf((byte)';');
        var digits = separator < 0 ? command : command[..separator];
        if (digits.Length is > 0 and <= 4 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            interpreter.Command(int.Parse(digits), separator < 0 ? [] : command[(separator + 1)..]);
        }
    }

    /// <summary>The next character, or -1 when it is not complete or not well-formed.</summary>
    private int Decode(ReadOnlySpan<byte> bytes, out int length)
    {
        if (_characterLength == 0 && bytes[0] < 0x80)
        {
            length = 1;
            return bytes[0];
        }

        length = 0;
        while (true)
        {
            if (length == bytes.Length)
            {
                return -1;
            }

            var value = bytes[length];
            if (_characterLength == 0)
            {
                length++;
                if (value is < 0xC0 or >= 0xF8)
                {
                    return -1;
                }
            }
            else if ((value & 0xC0) != 0x80)
            {
                // The byte begins something else.
                _characterLength = 0;
                return -1;
            }
            else
            {
                length++;
            }

            _character[_characterLength++] = value;
            var needed = _character[0] < 0xE0 ? 2 : _character[0] < 0xF0 ? 3 : 4;
            if (_characterLength == needed)
            {
                _characterLength = 0;
                return Rune.DecodeFromUtf8(_character.AsSpan(0, needed), out var rune, out _) == OperationStatus.Done
                    && rune.Value != 0xFEFF
                    ? rune.Value
                    : -1;
            }
        }
    }
}
