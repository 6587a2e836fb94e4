using System.Runtime.InteropServices;

namespace Atelier.Protocol.Layout;

/// <summary>Paths with all links resolved, as git and the kernel write them.</summary>
public static partial class RealPath
{
    /// <summary>The path with links resolved; of a path that does not exist (yet), as far as it does.</summary>
    /// <param name="path">Any path.</param>
    public static string Of(string path)
    {
        var absolute = Path.GetFullPath(path);
        var resolved = Resolve(absolute, 0);
        if (resolved == 0)
        {
            // What is not there yet may still lie behind a link.
            return Path.GetDirectoryName(absolute) is { } parent ? Path.Combine(Of(parent), Path.GetFileName(absolute)) : absolute;
        }

        try
        {
            return Marshal.PtrToStringUTF8(resolved) ?? absolute;
        }
        finally
        {
            Free(resolved);
        }
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Resolve(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint memory);
}
