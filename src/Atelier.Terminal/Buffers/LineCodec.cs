using System.Buffers;
using System.Text;
using Atelier.Terminal.Cells;

namespace Atelier.Terminal.Buffers;

/// <summary>Writes a row as a few bytes, for the scroll-back, and reads it again.</summary>
/// <remarks>
/// A byte of flags (1: wrapped), then text in UTF-8 with these marks among it; what nothing was ever done to at the end of
/// the row is left out. "ls" in blue and two blanks on red are <c>00 01 .. "ls" 01 .. 02 02</c>.
/// <list type="bullet">
/// <item><c>00</c>: an empty cell.</item>
/// <item><c>01</c> foreground, background, attributes, underline, underline colour (numbers), length of link name and
/// link (0: none), then both in UTF-8: the style from here on.</item>
/// <item><c>02</c> n: n empty cells.</item>
/// <item><c>03</c> width, length, UTF-8: a character with combining marks.</item>
/// <item><c>04</c> width, code point: a cell as it is, such as a right half without its left half.</item>
/// </list>
/// A wide character's right half follows from its width.
/// </remarks>
internal sealed class LineCodec(Appearance appearance)
{
    private const byte StyleMark = 1;
    private const byte EmptyMark = 2;
    private const byte ClusterMark = 3;
    private const byte CellMark = 4;

    private readonly ArrayBufferWriter<byte> _writer = new(256);

    /// <summary>The row as bytes, valid until the next call.</summary>
    public ReadOnlySpan<byte> Encode(Row row)
    {
        _writer.ResetWrittenCount();
        var used = row.UsedLength();
        Put(row.IsWrapped ? (byte)1 : (byte)0);
        if (!TryEncodePlain(row.Bits[..used]))
        {
            EncodeCells(row.Cells[..used]);
        }

        return _writer.WrittenSpan;
    }

    public static bool IsWrapped(ReadOnlySpan<byte> line) => (line[0] & 1) != 0;

    /// <summary>Makes a row of a width from what <see cref="Encode"/> wrote.</summary>
    public Row Decode(ReadOnlySpan<byte> line, int columns)
    {
        var row = new Row(columns, Cell.Empty, IsWrapped(line));
        appearance.Decoding = row;
        var cells = row.Cells;
        var column = 0;
        var style = 0;
        var at = 1;
        while (at < line.Length && column < columns)
        {
            var mark = line[at];
            switch (mark)
            {
                case StyleMark:
                    at++;
                    style = ReadStyle(line, ref at);
                    break;
                case EmptyMark:
                    at++;
                    var count = Math.Min((int)ReadNumber(line, ref at), columns - column);
                    cells.Slice(column, count).Fill(Cell.Of(0, 1, style));
                    column += count;
                    break;
                case ClusterMark:
                    at++;
                    var clusterWidth = (int)ReadNumber(line, ref at);
                    var number = appearance.Clusters.NumberOf(ReadText(line, (int)ReadNumber(line, ref at), ref at));
                    PutCell(cells, ref column, number < 0 ? Cell.Of(0, clusterWidth, style) : Cell.OfCluster(number, clusterWidth, style));
                    break;
                case CellMark:
                    at++;
                    var width = (int)ReadNumber(line, ref at);
                    cells[column++] = Cell.Of((int)ReadNumber(line, ref at), width, style);
                    break;
                case < 0x80:
                    at++;
                    cells[column++] = Cell.Of(mark, 1, style);
                    break;
                default:
                    Rune.DecodeFromUtf8(line[at..], out var rune, out var length);
                    at += length;
                    PutCell(cells, ref column, Cell.Of(rune.Value, CharacterWidths.Of(rune.Value), style));
                    break;
            }
        }

        appearance.Decoding = null;
        return row;
    }

    private static void PutCell(Span<Cell> cells, ref int column, Cell cell)
    {
        cells[column++] = cell;
        if (cell.Width == 2 && column < cells.Length)
        {
            cells[column++] = Cell.Of(0, 0, cell.Style);
        }
    }

    // Almost every line of almost every program: ASCII in the plain style.
    private bool TryEncodePlain(ReadOnlySpan<ulong> bits)
    {
        var plain = Cell.AsciiBase(style: 0);
        var target = _writer.GetSpan(bits.Length);
        var differing = 0UL;
        for (var column = 0; column < bits.Length; column++)
        {
            var difference = bits[column] ^ plain;
            differing |= difference;
            target[column] = (byte)difference;
        }

        if (differing > 0x7F)
        {
            return false;
        }

        _writer.Advance(bits.Length);
        return true;
    }

    private void EncodeCells(ReadOnlySpan<Cell> cells)
    {
        var style = 0;
        for (var column = 0; column < cells.Length; column++)
        {
            var cell = cells[column];
            if (cell.Style != style)
            {
                style = cell.Style;
                PutStyle(appearance.Styles[style]);
            }

            var hasRightHalf = cell.Width == 2 && column + 1 < cells.Length && cells[column + 1] == Cell.Of(0, 0, style);
            if (cell is { HasText: false, Width: 1 })
            {
                var count = 1 + cells[(column + 1)..].IndexOfAnyExcept(cell);
                count = count == 0 ? cells.Length - column : count;
                Put(EmptyMark);
                PutNumber((uint)count);
                column += count - 1;
            }
            else if (cell.IsCluster && (cell.Width != 2 || hasRightHalf))
            {
                Put(ClusterMark);
                PutNumber((uint)cell.Width);
                PutText(appearance.Clusters[cell.Value]);
                column += cell.Width == 2 ? 1 : 0;
            }
            else if (cell.HasText && cell.Width == CharacterWidths.Of(cell.Value) && (cell.Width == 1 || hasRightHalf) && !cell.IsCluster)
            {
                PutRune(cell.Value);
                column += cell.Width == 2 ? 1 : 0;
            }
            else
            {
                Put(CellMark);
                PutNumber((uint)cell.Width);
                PutNumber(cell.IsCluster ? (uint)char.ConvertToUtf32(appearance.Clusters[cell.Value], 0) : (uint)cell.Value);
            }
        }
    }

    private void PutStyle(Style style)
    {
        Put(StyleMark);
        PutNumber(style.Foreground.Bits);
        PutNumber(style.Background.Bits);
        PutNumber((uint)style.Attributes);
        PutNumber((uint)style.Underline);
        PutNumber(style.UnderlineColor.Bits);
        var link = style.Link == 0 ? null : appearance.Links[style.Link];
        PutText(link?.Id ?? "");
        PutText(link?.Uri ?? "");
    }

    private int ReadStyle(ReadOnlySpan<byte> line, ref int at)
    {
        var foreground = Color.FromBits(ReadNumber(line, ref at));
        var background = Color.FromBits(ReadNumber(line, ref at));
        var attributes = (StyleAttributes)ReadNumber(line, ref at);
        var underline = (UnderlineStyle)ReadNumber(line, ref at);
        var underlineColor = Color.FromBits(ReadNumber(line, ref at));
        var id = ReadText(line, (int)ReadNumber(line, ref at), ref at);
        var uri = ReadText(line, (int)ReadNumber(line, ref at), ref at);
        var link = uri.Length == 0 ? 0 : appearance.Links.NumberOf(new Link(id, uri));
        return appearance.Styles.NumberOf(new Style(foreground, background, attributes, underline, underlineColor, (ushort)link));
    }

    private void Put(byte value)
    {
        _writer.GetSpan(1)[0] = value;
        _writer.Advance(1);
    }

    private void PutNumber(uint value)
    {
        for (; value > 0x7F; value >>= 7)
        {
            Put((byte)(value | 0x80));
        }

        Put((byte)value);
    }

    private void PutText(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        PutNumber((uint)length);
        Encoding.UTF8.GetBytes(text, _writer.GetSpan(length));
        _writer.Advance(length);
    }

    private void PutRune(int codePoint)
    {
        if (codePoint < 0x80)
        {
            Put((byte)codePoint);
            return;
        }

        _writer.Advance(new Rune(codePoint).EncodeToUtf8(_writer.GetSpan(4)));
    }

    private static uint ReadNumber(ReadOnlySpan<byte> line, ref int at)
    {
        var value = 0u;
        for (var shift = 0; ; shift += 7)
        {
            var part = line[at++];
            value |= (uint)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    private static string ReadText(ReadOnlySpan<byte> line, int length, ref int at)
    {
        at += length;
        return length == 0 ? "" : Encoding.UTF8.GetString(line.Slice(at - length, length));
    }
}
