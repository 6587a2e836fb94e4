using System.Buffers.Binary;
using Atelier.Terminal.Cells;

namespace Atelier.Terminal.Buffers;

/// <summary>The lines that left the top of the main screen, oldest first, bounded in lines and bytes.</summary>
/// <remarks>
/// Lines lie encoded in blocks of bytes, each between its length and its length again, so that either end can be taken
/// off; the block that becomes free at the old end is used again at the new one, so a flood allocates nothing.
/// </remarks>
internal sealed class ScrollBack(LineCodec codec, int lineLimit)
{
    private const int BlockSize = 16 * 1024;
    private const int Frame = 2 * sizeof(int);

    private readonly List<Block> _blocks = [];
    private Block? _spare;

    public int LineLimit => lineLimit;

    /// <summary>Most bytes kept; the oldest lines make room.</summary>
    public int ByteLimit { get; private set; } = int.MaxValue;

    public int Count { get; private set; }

    public int MemoryBytes => _blocks.Sum(block => block.Bytes.Length) + (_spare?.Bytes.Length ?? 0);

    private int UsedBytes { get; set; }

    public void Limit(int bytes)
    {
        ByteLimit = Math.Max(0, bytes);
        Trim();
    }

    public void Append(Row row)
    {
        if (lineLimit > 0)
        {
            AppendEncoded(codec.Encode(row));
        }
    }

    /// <summary>Takes the newest line back.</summary>
    public Row TakeNewest(int columns)
    {
        var block = _blocks[^1];
        var length = BinaryPrimitives.ReadInt32LittleEndian(block.Bytes.AsSpan(block.End - sizeof(int)));
        var row = codec.Decode(block.Bytes.AsSpan(block.End - sizeof(int) - length, length), columns);
        block.End -= length + Frame;
        UsedBytes -= length + Frame;
        Count--;
        if (block.Start == block.End)
        {
            Release(_blocks.Count - 1);
        }

        return row;
    }

    public void DropOldest(int count)
    {
        for (; count > 0 && Count > 0; count--)
        {
            var block = _blocks[0];
            var size = BinaryPrimitives.ReadInt32LittleEndian(block.Bytes.AsSpan(block.Start)) + Frame;
            block.Start += size;
            UsedBytes -= size;
            Count--;
            if (block.Start == block.End)
            {
                Release(0);
            }
        }
    }

    public void Clear()
    {
        _blocks.Clear();
        _spare = null;
        UsedBytes = 0;
        Count = 0;
    }

    /// <summary>The lines from one on, oldest first, as rows of their own.</summary>
    public IEnumerable<Row> Read(int columns, int from = 0)
    {
        var index = 0;
        foreach (var block in _blocks)
        {
            for (var at = block.Start; at < block.End; index++)
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(block.Bytes.AsSpan(at));
                if (index >= from)
                {
                    yield return codec.Decode(block.Bytes.AsSpan(at + sizeof(int), length), columns);
                }

                at += length + Frame;
            }
        }
    }

    private void AppendEncoded(ReadOnlySpan<byte> line)
    {
        var size = line.Length + Frame;
        if (_blocks.Count == 0 || _blocks[^1].Bytes.Length - _blocks[^1].End < size)
        {
            _blocks.Add(FreshBlock(size));
        }

        var block = _blocks[^1];
        var target = block.Bytes.AsSpan(block.End, size);
        BinaryPrimitives.WriteInt32LittleEndian(target, line.Length);
        line.CopyTo(target[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(target[^sizeof(int)..], line.Length);
        block.End += size;
        UsedBytes += size;
        Count++;
        Trim();
    }

    private Block FreshBlock(int size)
    {
        if (_spare is { } spare && spare.Bytes.Length >= size)
        {
            _spare = null;
            spare.Start = spare.End = 0;
            return spare;
        }

        // The first block is small: most terminals never scroll far.
        return new Block(Math.Max(size, _blocks.Count == 0 ? BlockSize / 4 : BlockSize));
    }

    private void Release(int index)
    {
        if (_blocks[index].Bytes.Length == BlockSize)
        {
            _spare = _blocks[index];
        }

        _blocks.RemoveAt(index);
    }

    private void Trim()
    {
        while (Count > lineLimit || UsedBytes > ByteLimit)
        {
            DropOldest(1);
        }
    }

    private sealed class Block(int size)
    {
        public byte[] Bytes { get; } = new byte[size];

        public int Start { get; set; }

        public int End { get; set; }
    }
}
