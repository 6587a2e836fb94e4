namespace Atelier.Keeper.Native;

/// <summary>Numbers of the Linux kernel and glibc, where they are the same on every architecture .NET runs on.</summary>
internal static class Linux
{
    // open(2)
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NoControllingTerminal = 0x100;
    public const int Append = 0x400;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    public const int SetFlags = 4; // F_SETFL
    public const int SeekEnd = 2;
    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;
    public const int IsExecutable = 1; // X_OK

    // poll(2)
    public const short PollIn = 1;
    public const short PollOut = 4;
    public const short PollError = 8;
    public const short PollHangUp = 16;

    // sockets
    public const int UnixFamily = 1;
    public const int StreamSocket = 1;
    public const int SocketLevel = 1;
    public const int PeerCredentialsOption = 17;
    public const int ShutdownWrite = 1;

    // terminals
    public const nuint SetWindowSize = 0x5414; // TIOCSWINSZ
    public const uint InputIsUtf8 = 0x4000; // IUTF8

    // posix_spawn
    public const short SpawnSetDefaultSignals = 0x04;
    public const short SpawnSetSignalMask = 0x08;
    public const short SpawnNewSession = 0x80;

    // processes
    public const int SetSubreaper = 36; // PR_SET_CHILD_SUBREAPER
    public const int NoHang = 1; // WNOHANG
    public const nint PidfdOpen = 434;

    // signals
    public const int Hup = 1;
    public const int Int = 2;
    public const int Kill = 9;
    public const int Pipe = 13;
    public const int Term = 15;
    public const int Child = 17;
    public const int FileSize = 25;

    // errno
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int NoExecFormat = 8;
    public const int Again = 11;
    public const int AccessDenied = 13;
    public const int Exists = 17;
    public const int NotFolder = 20;
    public const int NoSpace = 28;
    public const int BrokenPipe = 32;
    public const int AddressInUse = 98;
    public const int ConnectionRefused = 111;
    public const int NoQuota = 122;
}
