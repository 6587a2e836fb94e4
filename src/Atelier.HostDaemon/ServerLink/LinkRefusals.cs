using System.Text.Json.Serialization.Metadata;
using Atelier.Git;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.ServerLink;

/// <summary>The words of <c>data.code</c> that the daemon refuses with (HL3), and the translation of what can go wrong into them.</summary>
internal static class LinkRefusals
{
    public const string NotFound = "not-found";
    public const string Exists = "exists";
    public const string Git = "git";
    public const string NoSpace = "no-space";
    public const string Refused = "refused";
    public const string Invalid = "invalid";
    public const string InUse = "in-use";
    public const string Cancelled = "cancelled";
    public const string Io = "io";
    public const string Busy = "busy";
    public const string EpochEnded = "epoch-ended";
    public const string OutOfOrder = "out-of-order";
    public const string InputClosed = "input-closed";
    public const string Outside = "outside";
    public const string PastEnd = "past-end";
    public const string NotText = "not-text";
    public const string Changed = "changed";

    /// <summary>The process that something was for is not there any more.</summary>
    public static JsonRpcException EpochHasEnded(string workerId, int epoch) =>
        new(EpochEnded, $"Process {epoch} of the worker {workerId} is not there any more.");

    /// <summary>Answers a request; failures of git and of the file system become refusals.</summary>
    public static JsonRpcMethods Answer<TRequest, TReply>(
        this JsonRpcMethods methods,
        string method,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TReply> replyType,
        Func<TRequest, CancellationToken, Task<TReply>> answer,
        bool waitsOutside = false) =>
        methods.OnRequest(method, requestType, replyType, async (request, cancellationToken) =>
        {
            try
            {
                return await answer(request, cancellationToken);
            }
            catch (GitException failure)
            {
                throw new JsonRpcException(WordFor(failure.Problem), failure.Message);
            }
            catch (IOException full) when (IsNoSpace(full))
            {
                throw new JsonRpcException(NoSpace, "The disk of this machine is full; make room and try again.");
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new JsonRpcException(Io, failure.Message);
            }
        }, waitsOutside);

    private static string WordFor(GitProblem problem) => problem switch
    {
        GitProblem.NotARepository or GitProblem.NoSuchBase => NotFound,
        GitProblem.InvalidBranchName => Invalid,
        GitProblem.CheckedOutElsewhere => InUse,
        GitProblem.PathInUse => Exists,
        GitProblem.NotAWorktree or GitProblem.NoGit => Refused,
        GitProblem.EmptyRepository => Refused,
        _ => Git,
    };

    // ENOSPC and EDQUOT, as .NET passes errno on.
    private static bool IsNoSpace(IOException failure) => failure.HResult is 28 or 122;
}
