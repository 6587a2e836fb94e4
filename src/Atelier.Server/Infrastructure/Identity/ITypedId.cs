namespace Atelier.Server.Infrastructure.Identity;

/// <summary>An id that cannot be taken for one of another thing: an opaque string of at most 255 characters.</summary>
internal interface ITypedId
{
    string Value { get; }
}
