using System.Text;

namespace Atelier.Server.ModelProviders.Asking;

/// <summary>Puts an answer together from the pieces of a stream.</summary>
internal sealed class AnswerBuilder
{
    /// <summary>What a model says is kept in rows: more than this of one answer is none.</summary>
    private const int MostCharacters = 8 << 20;

    private readonly SortedDictionary<int, Part> _parts = [];
    private int _length;

    /// <summary>Why it stopped; null while it has not said.</summary>
    public string? StopReason { get; set; }

    public int? InputTokens { get; set; }

    public int? OutputTokens { get; set; }

    /// <summary>The last place that a part has.</summary>
    public int Last => _parts.Count == 0 ? -1 : _parts.Keys.Max();

    public bool Has(int at, PartKind kind) => _parts.TryGetValue(at, out var part) && part.Kind == kind;

    public void Open(int at, PartKind kind, string id = "", string name = "")
    {
        if (!_parts.TryGetValue(at, out var part))
        {
            _parts[at] = part = new Part(kind);
        }

        part.Id = id.Length > 0 ? id : part.Id;
        part.Name = name.Length > 0 ? name : part.Name;
    }

    public void Add(int at, string text)
    {
        _length += text.Length;
        if (_length > MostCharacters)
        {
            throw new ModelException(ModelProblemKind.Lasting, $"The model's answer has more than {MostCharacters} characters.");
        }

        if (_parts.TryGetValue(at, out var part))
        {
            part.Words.Append(text);
        }
    }

    public void Sign(int at, string signature)
    {
        if (_parts.TryGetValue(at, out var part))
        {
            part.Signature += signature;
        }
    }

    public void Redacted(int at, string data)
    {
        Open(at, PartKind.Thought);
        _parts[at].Redacted = data;
    }

    public ModelAnswer Build()
    {
        var parts = _parts.Values.Select(part => part.Build()).OfType<AnswerPart>().ToList();
        var reason = StopReason == "max_tokens" ? StopReason
            : parts.Exists(part => part is AnswerPart.Call) ? "tool_use"
            : StopReason is null or "tool_use" ? "end_turn"
            : StopReason;
        return new ModelAnswer(parts, reason, InputTokens, OutputTokens);
    }

    internal enum PartKind
    {
        Text,
        Thought,
        Call,
    }

    private sealed class Part(PartKind kind)
    {
        public PartKind Kind { get; } = kind;

        public StringBuilder Words { get; } = new();

        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public string? Signature { get; set; }

        public string? Redacted { get; set; }

        public AnswerPart? Build() => Kind switch
        {
            PartKind.Call => new AnswerPart.Call(Id, Name, Words.Length == 0 ? "{}" : CallArguments.Kept(Words.ToString())),
            PartKind.Thought when Words.Length > 0 || Redacted is not null => new AnswerPart.Thought(Words.ToString(), Signature, Redacted),
            PartKind.Text when Words.Length > 0 => new AnswerPart.Text(Words.ToString()),
            _ => null,
        };
    }
}
