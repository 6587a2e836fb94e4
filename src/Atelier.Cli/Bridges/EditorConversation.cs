using System.Text.Json.Nodes;
using Atelier.Protocol.Acp;

namespace Atelier.Cli.Bridges;

/// <summary>Something to be sent: to the editor, or to the server.</summary>
internal readonly record struct Outgoing(bool ToEditor, JsonObject Message);

/// <summary>
/// What an editor and a server have said to each other, as far as it is needed to go on over another connection: open conversations with their places, requests
/// without answers, questions to the editor. Pure but for ids, which are given in.
/// </summary>
/// <remarks>
/// The server recognises what is sent again by the names that are put into <c>_meta.atelier</c> here (AE13); what it tells again is recognised by the place that each
/// update carries there.
/// </remarks>
internal sealed class EditorConversation(Func<string> newName)
{
    private const string OwnIds = "atelier-bridge/";

    private readonly string _client = newName();
    private readonly OrderedDictionary<string, JsonObject> _pending = [];
    private readonly Dictionary<string, EditorPlace> _sessions = [];
    private readonly Dictionary<string, EditorQuestion> _questions = [];
    private readonly Dictionary<string, string?> _givenUp = []; // requests, each with the conversation that was cancelled; null where the request itself was
    private JsonObject? _greeting;
    private bool _isGreeted;
    private bool _isConnected;
    private bool _isCaughtUp;
    private int _lastQuestion;
    private int _greetings;

    /// <summary>There is a new connection: what has to be said first.</summary>
    public IReadOnlyList<Outgoing> Connected()
    {
        _isConnected = true;
        foreach (var question in _questions.Values)
        {
            question.ServerId = null;
        }

        if (_greeting is null || !_isGreeted)
        {
            _isCaughtUp = true;
            return [.. _pending.Values.Select(ToServer)];
        }

        _isCaughtUp = false;
        foreach (var place in _sessions.Values)
        {
            place.IsTakenUp = false;
        }

        var greeting = (JsonObject)_greeting.DeepClone();
        greeting["id"] = $"{OwnIds}{++_greetings}";
        var said = new List<Outgoing> { ToServer(greeting) };
        said.AddRange(_sessions.Where(one => !IsBeingLoaded(one.Key)).Select(one => ToServer(Resume(one.Key, one.Value))));
        return said;
    }

    /// <summary>The connection is gone.</summary>
    public void Lost() => _isConnected = false;

    /// <summary>The editor says something.</summary>
    public IReadOnlyList<Outgoing> FromEditor(JsonObject message)
    {
        var id = IdOf(message["id"]);
        var method = Text(message["method"]);
        if (method is null)
        {
            return id is null ? [] : Answered(id, message);
        }

        if (id is null)
        {
            return FromEditor(method, message);
        }

        Name(method, message);
        if (method == EditorMethods.LoadSession && SessionOf(message) is { } loaded)
        {
            _sessions.Remove(loaded); // all of it is told again
        }

        _pending[id] = message;
        return _isConnected && _isCaughtUp ? [ToServer(message)] : [];
    }

    /// <summary>The server says something.</summary>
    public IReadOnlyList<Outgoing> FromServer(JsonObject message)
    {
        var id = IdOf(message["id"]);
        var method = Text(message["method"]);
        if (method is null)
        {
            return id is null ? [] : FromServer(id, message);
        }

        return (method, id) switch
        {
            (EditorMethods.Update, null) => IsNews(message) ? [ToEditor(message)] : [],
            (EditorMethods.CancelRequest, null) => Withdrawn(message),
            (_, null) => [ToEditor(message)],
            _ => Asked(message),
        };
    }

    private static Outgoing ToServer(JsonObject message) => new(ToEditor: false, (JsonObject)message.DeepClone());

    private static Outgoing ToEditor(JsonObject message) => new(ToEditor: true, (JsonObject)message.DeepClone());

    private static string? IdOf(JsonNode? id) => id?.ToJsonString();

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string? SessionOf(JsonObject message) => Text((message["params"] as JsonObject)?["sessionId"]);

    private static JsonObject? MetaOf(JsonNode? holder) => ((holder as JsonObject)?["_meta"] as JsonObject)?["atelier"] as JsonObject;

    private bool IsBeingLoaded(string session) => _pending.Values.Any(one => Text(one["method"]) == EditorMethods.LoadSession && SessionOf(one) == session);

    private void Name(string method, JsonObject message)
    {
        var name = method switch
        {
            EditorMethods.Initialize => "client",
            EditorMethods.NewSession => "requestKey",
            EditorMethods.Prompt => "promptId",
            _ => null,
        };
        if (name is null || message["params"] is not JsonObject parameters)
        {
            return;
        }

        if (parameters["_meta"] is not JsonObject meta)
        {
            parameters["_meta"] = meta = [];
        }

        if (meta["atelier"] is not JsonObject ours)
        {
            meta["atelier"] = ours = [];
        }

        ours[name] = method == EditorMethods.Initialize ? _client : newName();
        if (method == EditorMethods.Initialize)
        {
            _greeting = (JsonObject)message.DeepClone();
        }
    }

    private List<Outgoing> FromEditor(string method, JsonObject message)
    {
        if (method == EditorMethods.CancelRequest && IdOf((message["params"] as JsonObject)?[EditorMethods.CancelIdName]) is { } request && _pending.ContainsKey(request))
        {
            _givenUp[request] = null;
        }
        else if (method == EditorMethods.Cancel && SessionOf(message) is { } session)
        {
            foreach (var (id, pending) in _pending)
            {
                if (Text(pending["method"]) == EditorMethods.Prompt && SessionOf(pending) == session)
                {
                    _givenUp[id] = session;
                }
            }
        }

        return _isConnected && _isCaughtUp ? [ToServer(message)] : [];
    }

    private List<Outgoing> FromServer(string id, JsonObject message)
    {
        if (id.StartsWith($"\"{OwnIds}", StringComparison.Ordinal))
        {
            return FromServerToUs(id.Trim('"')[OwnIds.Length..], message);
        }

        if (!_pending.Remove(id, out var request))
        {
            return [];
        }

        _givenUp.Remove(id);
        var wasAnswered = message["result"] is JsonObject;
        switch (Text(request["method"]))
        {
            case EditorMethods.Initialize:
                _isGreeted = wasAnswered;
                break;
            case EditorMethods.NewSession when message["result"] is JsonObject made && Text(made["sessionId"]) is { } session:
                Open(session, MetaOf(made));
                break;
            case EditorMethods.LoadSession or EditorMethods.ResumeSession when wasAnswered && SessionOf(request) is { } session:
                Open(session, MetaOf(message["result"]));
                break;
            case EditorMethods.CloseSession when wasAnswered && SessionOf(request) is { } session:
                _sessions.Remove(session);
                break;
        }

        return [ToEditor(message)];
    }

    /// <summary>The answer to the greeting, or to a conversation's being taken up again.</summary>
    private List<Outgoing> FromServerToUs(string what, JsonObject message)
    {
        var said = new List<Outgoing>();
        if (int.TryParse(what, out var greeting))
        {
            // What is pending is said again when all conversations have been taken up, which the server does in this order.
            if (greeting == _greetings && _sessions.Keys.All(IsBeingLoaded))
            {
                SayAgain(said);
            }

            return said;
        }

        if (MetaOf(message["result"])?["openRequests"] is JsonArray open)
        {
            foreach (var (name, question) in _questions.Where(one => one.Value.Session == what && !open.Any(request => Text(request) == one.Key)).ToList())
            {
                _questions.Remove(name);
                if (!question.IsAnswered)
                {
                    said.Add(ToEditor(GiveUp(question.EditorId)));
                }
            }
        }

        if (_sessions.TryGetValue(what, out var place))
        {
            place.IsTakenUp = true;
        }

        if (_sessions.Where(one => !IsBeingLoaded(one.Key)).All(one => one.Value.IsTakenUp))
        {
            SayAgain(said);
        }

        return said;
    }

    private void SayAgain(List<Outgoing> said)
    {
        _isCaughtUp = true;
        said.AddRange(_pending.Values.Select(ToServer));
        foreach (var (id, session) in _givenUp)
        {
            said.Add(ToServer(session is not null
                ? new JsonObject { ["jsonrpc"] = "2.0", ["method"] = EditorMethods.Cancel, ["params"] = new JsonObject { ["sessionId"] = session } }
                : GiveUp(JsonNode.Parse(id))));
        }
    }

    private bool IsNews(JsonObject message)
    {
        if (SessionOf(message) is not { } session || MetaOf(message["params"]) is not { } place)
        {
            return true;
        }

        if (!_sessions.TryGetValue(session, out var known))
        {
            if (!IsBeingLoaded(session))
            {
                return true;
            }

            _sessions[session] = known = new EditorPlace(0, -1);
        }

        return known.Move(EditorPlace.Of(place));
    }

    private void Open(string session, JsonObject? meta)
    {
        var place = EditorPlace.Of(meta);
        if (!_sessions.TryAdd(session, place))
        {
            _sessions[session].Move(place); // what was told before the answer stays told
        }
    }

    private List<Outgoing> Asked(JsonObject message)
    {
        if (Text(MetaOf(message["params"])?["requestId"]) is not { } name)
        {
            return [ToEditor(message)];
        }

        if (_questions.TryGetValue(name, out var known))
        {
            known.ServerId = message["id"]?.DeepClone();
            return known.Answer is { } answer ? [ToServer(With(answer, known.ServerId))] : []; // the editor has it already
        }

        var question = new EditorQuestion(SessionOf(message) ?? "", JsonValue.Create($"{OwnIds}question/{++_lastQuestion}")) { ServerId = message["id"]?.DeepClone() };
        _questions[name] = question;
        return [ToEditor(With(message, question.EditorId))];
    }

    /// <summary>The editor answers a question, which may be of a connection that is gone: the answer waits for the next one.</summary>
    private List<Outgoing> Answered(string id, JsonObject message)
    {
        if (_questions.Values.FirstOrDefault(one => IdOf(one.EditorId) == id) is not { } question)
        {
            return _isConnected ? [ToServer(message)] : [];
        }

        question.Answer = message;
        return _isConnected && question.ServerId is { } server ? [ToServer(With(message, server))] : [];
    }

    private List<Outgoing> Withdrawn(JsonObject message)
    {
        var id = IdOf((message["params"] as JsonObject)?[EditorMethods.CancelIdName]);
        if (_questions.FirstOrDefault(one => IdOf(one.Value.ServerId) == id) is not { Key: { } name, Value: { } question })
        {
            return [ToEditor(message)];
        }

        _questions.Remove(name);
        return question.IsAnswered ? [] : [ToEditor(GiveUp(question.EditorId))];
    }

    private static JsonObject Resume(string session, EditorPlace place) => new()
    {
        ["jsonrpc"] = "2.0",
        ["id"] = $"{OwnIds}{session}",
        ["method"] = EditorMethods.ResumeSession,
        ["params"] = new JsonObject
        {
            ["sessionId"] = session,
            ["cwd"] = "/",
            ["_meta"] = new JsonObject { ["atelier"] = new JsonObject { ["after"] = place.After } },
        },
    };

    private static JsonObject GiveUp(JsonNode? id) => new()
    {
        ["jsonrpc"] = "2.0",
        ["method"] = EditorMethods.CancelRequest,
        ["params"] = new JsonObject { [EditorMethods.CancelIdName] = id?.DeepClone() },
    };

    private static JsonObject With(JsonObject message, JsonNode? id)
    {
        var copy = (JsonObject)message.DeepClone();
        copy["id"] = id?.DeepClone();
        return copy;
    }

    /// <summary>A question to the editor.</summary>
    private sealed class EditorQuestion(string session, JsonNode editorId)
    {
        public string Session { get; } = session;

        public JsonNode EditorId { get; } = editorId;

        /// <summary>Its id on the connection that there is; null when it has not been asked there.</summary>
        public JsonNode? ServerId { get; set; }

        public JsonObject? Answer { get; set; }

        public bool IsAnswered => Answer is not null;
    }

    /// <summary>How far a conversation has been told: an event, and how many of its updates.</summary>
    private sealed class EditorPlace(long number, int piece)
    {
        private const int Whole = int.MaxValue;

        private long _event = number;
        private int _piece = piece;

        /// <summary>The event after which it is told again; what is known of the next one is passed over.</summary>
        public long After => _piece == Whole ? _event : Math.Max(0, _event - 1);

        public bool IsTakenUp { get; set; }

        public static EditorPlace Of(JsonObject? meta) => new(
            meta?["event"] is JsonValue number && number.TryGetValue<long>(out var at) ? at : 0,
            meta?["piece"] is JsonValue piece && piece.TryGetValue<int>(out var part) ? part : Whole);

        /// <summary>Goes on to a place; false when that was passed before.</summary>
        public bool Move(EditorPlace next)
        {
            if (next._event < _event || (next._event == _event && next._piece <= _piece))
            {
                return false;
            }

            (_event, _piece) = (next._event, next._piece);
            return true;
        }
    }
}
