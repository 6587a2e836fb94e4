namespace Atelier.Protocol.HostLink;

/// <summary>Saves a pasted image on the host.</summary>
/// <param name="WorkerId">The worker it is for.</param>
/// <param name="MimeType">image/png, image/jpeg, image/gif or image/webp.</param>
/// <param name="Data">The bytes; base64 on the wire.</param>
public sealed record SaveImageRequest(string WorkerId, string MimeType, byte[] Data);

/// <summary>A file on the host.</summary>
/// <param name="Path">Absolute path.</param>
public sealed record SavedFile(string Path);

/// <summary>Lists the directories in a directory.</summary>
/// <param name="Path">Absolute path; null for the home directory.</param>
/// <param name="ShowHidden">Whether names that start with a dot are listed.</param>
public sealed record ListDirectoryRequest(string? Path, bool ShowHidden);

/// <summary>Directories in a directory.</summary>
/// <param name="Path">Absolute path, links resolved.</param>
/// <param name="Parent">The directory above; null at the root.</param>
/// <param name="Entries">By name; at most 2,000.</param>
/// <param name="Truncated">Whether there are more.</param>
public sealed record DirectoryListing(
    string Path, string? Parent, IReadOnlyList<DirectoryEntry> Entries, bool Truncated);

/// <summary>One directory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Absolute path.</param>
/// <param name="IsRepository">Whether it is the top of a git working tree or a bare repository.</param>
public sealed record DirectoryEntry(string Name, string Path, bool IsRepository);

/// <summary>Asks which programs are installed.</summary>
/// <param name="Names">Names of executables, or their absolute paths.</param>
public sealed record DetectProgramsRequest(IReadOnlyList<string> Names);

/// <summary>Which programs are installed.</summary>
/// <param name="Paths">Absolute path by name; missing ones are absent.</param>
/// <param name="Installed">Those that were installed into the data folder, by their ids; null from a daemon that installs none.</param>
public sealed record DetectedPrograms(IReadOnlyDictionary<string, string> Paths, IReadOnlyDictionary<string, InstalledProgram>? Installed = null);
