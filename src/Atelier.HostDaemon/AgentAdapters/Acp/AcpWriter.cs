using System.Diagnostics;
using System.Text.Json;
using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.AgentAdapters.Acp;

/// <summary>Commands as lines: strictly what the official schema allows, so that no program trips over us.</summary>
internal static class AcpWriter
{
    private const int Version = 1;

    /// <summary>Writes a command with its line end.</summary>
    /// <exception cref="JsonRpcException">The command is not one: a prompt that is no list, an id that is none.</exception>
    public static ReadOnlyMemory<byte> Write(AgentCommand command, long sequence, AcpClientAbilities abilities)
    {
        try
        {
            var line = AcpJson.Write(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("jsonrpc", "2.0");
                Write(writer, command, sequence, abilities);
                writer.WriteEndObject();
            });
            return (byte[])[.. line.Span, (byte)'\n'];
        }
        catch (Exception notText) when (notText is InvalidOperationException or ArgumentException or JsonException)
        {
            throw new JsonRpcException(LinkRefusals.Invalid, $"The command cannot be said to a program: {notText.Message}");
        }
    }

    private static void Write(Utf8JsonWriter writer, AgentCommand command, long sequence, AcpClientAbilities abilities)
    {
        switch (command)
        {
            case AgentCommand.Cancel cancel:
                Call(writer, AcpMethods.Cancel, () => writer.WriteString("sessionId", cancel.Thread));
                break;
            case AgentCommand.Answer answer:
                WriteId(writer, answer.RequestId);
                writer.WritePropertyName("result");
                answer.Result.OrEmpty().WriteTo(writer);
                break;
            case AgentCommand.Refuse refusal:
                WriteId(writer, refusal.RequestId);
                writer.WriteStartObject("error");
                writer.WriteNumber("code", refusal.Code);
                writer.WriteString("message", refusal.Message);
                writer.WriteEndObject();
                break;
            default:
                var (kind, method) = RequestOf(command);
                writer.WriteNumber("id", AcpRequestIds.Of(sequence, kind));
                Call(writer, method, () => WriteParameters(writer, command, abilities));
                break;
        }
    }

    private static (AcpRequestKind Kind, string Method) RequestOf(AgentCommand command) => command switch
    {
        AgentCommand.Open => (AcpRequestKind.Initialize, AcpMethods.Initialize),
        AgentCommand.Authenticate => (AcpRequestKind.Authenticate, AcpMethods.Authenticate),
        AgentCommand.NewThread => (AcpRequestKind.NewSession, AcpMethods.NewSession),
        AgentCommand.LoadThread => (AcpRequestKind.LoadSession, AcpMethods.LoadSession),
        AgentCommand.ResumeThread => (AcpRequestKind.ResumeSession, AcpMethods.ResumeSession),
        AgentCommand.CloseThread => (AcpRequestKind.CloseSession, AcpMethods.CloseSession),
        AgentCommand.ListThreads => (AcpRequestKind.ListSessions, AcpMethods.ListSessions),
        AgentCommand.DeleteThread => (AcpRequestKind.DeleteSession, AcpMethods.DeleteSession),
        AgentCommand.LogOut => (AcpRequestKind.LogOut, AcpMethods.LogOut),
        AgentCommand.Prompt => (AcpRequestKind.Prompt, AcpMethods.Prompt),
        AgentCommand.SetMode => (AcpRequestKind.SetMode, AcpMethods.SetMode),
        AgentCommand.SetOption => (AcpRequestKind.SetOption, AcpMethods.SetOption),
        _ => throw new UnreachableException(),
    };

    private static void Call(Utf8JsonWriter writer, string method, Action writeParameters)
    {
        writer.WriteString("method", method);
        writer.WriteStartObject("params");
        writeParameters();
        writer.WriteEndObject();
    }

    private static void WriteParameters(Utf8JsonWriter writer, AgentCommand command, AcpClientAbilities abilities)
    {
        switch (command)
        {
            case AgentCommand.Open open:
                WriteOpen(writer, open, abilities);
                break;
            case AgentCommand.Authenticate login:
                writer.WriteString("methodId", login.Method);
                break;
            case AgentCommand.NewThread thread:
                WritePlace(writer, thread.Place);
                break;
            case AgentCommand.LoadThread thread:
                writer.WriteString("sessionId", thread.Thread);
                WritePlace(writer, thread.Place);
                break;
            case AgentCommand.ResumeThread thread:
                writer.WriteString("sessionId", thread.Thread);
                WritePlace(writer, thread.Place);
                break;
            case AgentCommand.CloseThread thread:
                writer.WriteString("sessionId", thread.Thread);
                break;
            case AgentCommand.ListThreads list:
                if (list.Cursor is { } cursor)
                {
                    writer.WriteString("cursor", cursor);
                }

                break;
            case AgentCommand.DeleteThread thread:
                writer.WriteString("sessionId", thread.Thread);
                break;
            case AgentCommand.LogOut:
                break;
            case AgentCommand.Prompt prompt:
                WritePrompt(writer, prompt);
                break;
            case AgentCommand.SetMode mode:
                writer.WriteString("sessionId", mode.Thread);
                writer.WriteString("modeId", mode.Mode);
                break;
            case AgentCommand.SetOption option:
                WriteOption(writer, option);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static void WriteOpen(Utf8JsonWriter writer, AgentCommand.Open open, AcpClientAbilities abilities)
    {
        writer.WriteNumber("protocolVersion", Version);
        writer.WriteStartObject("clientCapabilities");
        writer.WriteStartObject("fs");
        writer.WriteBoolean("readTextFile", abilities.ReadsFiles);
        writer.WriteBoolean("writeTextFile", abilities.WritesFiles);
        writer.WriteEndObject();
        writer.WriteBoolean("terminal", abilities.Terminals);
        if (abilities.BooleanOptions)
        {
            writer.WritePropertyName("session");
            writer.WriteRawValue("""{"configOptions":{"boolean":{}}}""");
        }

        if (abilities.TerminalLogins)
        {
            writer.WritePropertyName("auth");
            writer.WriteRawValue("""{"terminal":true}""");
        }

        if (abilities.Forms || abilities.Addresses)
        {
            writer.WriteStartObject("elicitation");
            WriteIf(writer, abilities.Forms, "form");
            WriteIf(writer, abilities.Addresses, "url");
            writer.WriteEndObject();
        }

        if (abilities.TerminalLogins || abilities.ShownTerminals)
        {
            // Programs look for these here: the one is older than auth.terminal, the other is in no schema.
            writer.WriteStartObject("_meta");
            writer.WriteBoolean("terminal-auth", abilities.TerminalLogins);
            writer.WriteBoolean("terminal_output", abilities.ShownTerminals);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteStartObject("clientInfo");
        writer.WriteString("name", "atelier");
        writer.WriteString("title", "Atelier");
        writer.WriteString("version", open.Version);
        writer.WriteEndObject();
    }

    private static void WriteIf(Utf8JsonWriter writer, bool isAble, string name)
    {
        if (isAble)
        {
            writer.WriteStartObject(name);
            writer.WriteEndObject();
        }
    }

    private static void WritePlace(Utf8JsonWriter writer, AgentPlace place)
    {
        writer.WriteString("cwd", place.Directory);
        writer.WritePropertyName("mcpServers");
        if (place.McpServers?.OrNull() is { } servers)
        {
            Require(servers.ValueKind == JsonValueKind.Array, "servers of tools are a list");
            servers.WriteTo(writer);
        }
        else
        {
            writer.WriteStartArray();
            writer.WriteEndArray();
        }
    }

    private static void WritePrompt(Utf8JsonWriter writer, AgentCommand.Prompt prompt)
    {
        Require(prompt.Content.ValueKind == JsonValueKind.Array, "a prompt is a list of content blocks");
        writer.WriteString("sessionId", prompt.Thread);
        writer.WritePropertyName("prompt");
        prompt.Content.WriteTo(writer);
        if (prompt.Context.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("_meta");
        writer.WriteStartObject("atelier");
        foreach (var (name, value) in prompt.Context)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteOption(Utf8JsonWriter writer, AgentCommand.SetOption option)
    {
        var isBoolean = option.Value.ValueKind is JsonValueKind.True or JsonValueKind.False;
        Require(isBoolean || option.Value.ValueKind == JsonValueKind.String, "an option's value is an id or a boolean");
        writer.WriteString("sessionId", option.Thread);
        writer.WriteString("configId", option.Option);
        if (isBoolean)
        {
            writer.WriteString("type", "boolean");
        }

        writer.WritePropertyName("value");
        option.Value.WriteTo(writer);
    }

    // As the program wrote it: 7 and "7" are two ids.
    private static void WriteId(Utf8JsonWriter writer, string requestId)
    {
        using var id = JsonDocument.Parse(requestId);
        Require(
            id.RootElement.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Null,
            "a question's id is a text, a number or null");
        writer.WritePropertyName("id");
        id.RootElement.WriteTo(writer);
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
