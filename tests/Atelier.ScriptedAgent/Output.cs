using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Win32.SafeHandles;

namespace Atelier.AgentScripts;

/// <summary>Standard output: messages and raw bytes, in the order of the transcript.</summary>
internal sealed class Output(Transcript transcript) : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _turn = new();

    private readonly FileStream _stream = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    public void Send(JsonObject message)
    {
        lock (_turn)
        {
            transcript.Add("sent", message);
            Write(Encoding.UTF8.GetBytes(message.ToJsonString(s_json) + "\n"));
        }
    }

    public void Send(byte[] bytes)
    {
        lock (_turn)
        {
            transcript.Add("wrote", detail: Convert.ToBase64String(bytes));
            Write(bytes);
        }
    }

    /// <summary>Closes the pipe, so that the other side reads its end while the program lives on.</summary>
    public void Close()
    {
        const string Own = "/proc/self/fd";
        var pipe = File.ResolveLinkTarget($"{Own}/1", returnFinalTarget: false)?.Name;

        // The runtime keeps copies of it; the pipe ends with the last of them.
        foreach (var copy in Directory.EnumerateFiles(Own).Where(file => LinkOf(file) == pipe).ToList())
        {
            new SafeFileHandle(int.Parse(Path.GetFileName(copy)), ownsHandle: true).Dispose();
        }

        _stream.Dispose();
    }

    public void Dispose() => _stream.Dispose();

    private static string? LinkOf(string file)
    {
        try
        {
            return File.ResolveLinkTarget(file, returnFinalTarget: false)?.Name;
        }
        catch (IOException)
        {
            return null;   // that of the listing itself, which is over
        }
    }

    private void Write(byte[] bytes)
    {
        try
        {
            _stream.Write(bytes);
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            transcript.Add("lost");
        }
    }
}
