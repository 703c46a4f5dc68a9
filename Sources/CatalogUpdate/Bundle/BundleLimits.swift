import Vendors

/// Limits on what is read of a bundle before its signature is verified.
public struct BundleLimits: Equatable, Sendable {
    /// The bytes of the archive, and of all files together.
    public var totalBytes = 64 << 20
    /// The bytes of one file.
    public var fileBytes = VendorFile.maximumBytes
    /// The bytes of the manifest.
    public var manifestBytes = 1 << 20
    /// The files, the manifest and its signature among them.
    public var files = 2_000

    /// The limits of the program.
    public init() {}
}
