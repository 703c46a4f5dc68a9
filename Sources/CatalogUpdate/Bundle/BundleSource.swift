import Delivery

/// Where a bundle is taken from.
public enum BundleSource: Equatable, Sendable {
    /// A file or a directory.
    case path(String)
    /// A server, over HTTPS.
    case url(String)

    /// The source that `text` names. Other schemes than `https` are refused: they would say who updates, and when.
    public init(_ text: String) throws(BundleError) {
        if text.lowercased().hasPrefix("https://") {
            guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), text.utf8.count > "https://".utf8.count else {
                throw BundleError(.unreadable, "'\(text.escapedForBundle)' is no address")
            }
            self = .url(text)
        } else if text.wholeMatch(of: /[A-Za-z][A-Za-z0-9+.-]*:\/\/.*/) != nil {
            throw BundleError(.unreadable, "'\(text.escapedForBundle)': bundles come from a path or by https://")
        } else {
            self = .path(text)
        }
    }

    /// How long a download may take in all, in milliseconds.
    static let timeLimit = 300_000

    /// The bundle from here, checked by `keys`. A download trusts the certificates of the file `authorities` if one is given.
    public func load(
        keys: [TrustedKey], authorities: String? = nil, limits: BundleLimits = BundleLimits()
    ) throws(BundleError) -> CatalogBundle {
        switch self {
        case .path(let path):
            return try CatalogBundle(path: path, keys: keys, limits: limits, digest: BLAKE2b.digest512)
        case .url(let url):
            let bytes: [UInt8]
            do throws(HTTPSDownload.Failure) {
                bytes = try HTTPSDownload.bytes(
                    at: url, authorities: authorities, limit: limits.totalBytes, milliseconds: Self.timeLimit)
            } catch { throw BundleError(.unreadable, "\(url.escapedForBundle): \(error)") }
            return try CatalogBundle(archive: bytes, keys: keys, limits: limits, digest: BLAKE2b.digest512)
        }
    }
}
