using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.Files;

/// <summary>Saves pasted images where the programs on this machine can read them.</summary>
internal sealed class PastedImages(DataFolder data)
{
    private const int MaxBytes = 16 << 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public async Task<SavedFile> SaveAsync(SaveImageRequest request, CancellationToken cancellationToken)
    {
        var extension = request.MimeType switch
        {
            "image/png" => "png",
            "image/jpeg" => "jpg",
            "image/gif" => "gif",
            "image/webp" => "webp",
            _ => throw new JsonRpcException(
                LinkRefusals.Invalid, $"'{request.MimeType}' is not taken; paste a PNG, JPEG, GIF or WebP image."),
        };
        if (request.Data.Length is 0 or > MaxBytes)
        {
            throw new JsonRpcException(LinkRefusals.Invalid, $"An image has at most {MaxBytes >> 20} MiB, and is not empty.");
        }

        Directory.CreateDirectory(data.Images, OwnerOnly | UnixFileMode.UserExecute);
        var path = Path.Combine(data.Images, $"{Guid.NewGuid():D}.{extension}");
        await using var file = new FileStream(
            path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        await file.WriteAsync(request.Data, cancellationToken);
        return new SavedFile(path);
    }
}
