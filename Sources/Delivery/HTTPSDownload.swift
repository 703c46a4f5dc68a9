import CCurl
import Glibc

/// One file from a server, over HTTPS alone, by libcurl, which is loaded for it.
///
/// Certificates are checked. Redirects are followed to other HTTPS addresses, five at most.
public enum HTTPSDownload {
    /// Why there is no file.
    public enum Failure: Error, Equatable, Sendable {
        /// libcurl is not installed.
        case noLibrary
        /// The server answered with this status in place of 200.
        case status(Int)
        /// The file is larger than the limit in bytes.
        case tooLarge(Int)
        /// There was no answer, or it was cut: the reason.
        case failed(String)
    }

    /// The bytes at `url`, at most `limit` of them, which may take `milliseconds` in all. The certificates of the file `authorities`
    /// (PEM) are trusted if one is given, otherwise those that the system trusts.
    public static func bytes(
        at url: String, authorities: String? = nil, limit: Int, milliseconds: Int
    ) throws(Failure) -> [UInt8] {
        var curl = unsafe egret_curl()
        // Invariant: the handle is this frame's own, and is closed once.
        defer { unsafe egret_curl_close(&curl) }
        // Invariant: the texts end with a zero and live for the calls; the library copies them.
        guard unsafe egret_curl_open_download(&curl, url, milliseconds) != 0 else { throw .noLibrary }
        if let authorities { _ = unsafe egret_curl_trust(&curl, authorities) }
        var body = unsafe egret_curl_body()
        unsafe body.limit = max(0, limit)
        // Invariant: the bytes are the library's answer, owned by this frame and freed once.
        defer { unsafe free(body.bytes) }
        var reason: UnsafePointer<CChar>?
        let status = unsafe egret_curl_download(&curl, &body, &reason)
        if unsafe body.is_too_large != 0 { throw .tooLarge(limit) }
        // Invariant: the reason is a constant of the library.
        guard status > 0 else { throw .failed(unsafe reason.map { unsafe String(cString: $0) } ?? "no answer") }
        guard status == 200 else { throw .status(status) }
        // Invariant: `count` bytes at `bytes` were written by the library's callback.
        return unsafe Array(UnsafeBufferPointer(start: body.bytes, count: body.count))
    }
}

extension HTTPSDownload.Failure: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .noLibrary: "libcurl is not installed (Debian: libcurl4)"
        case .status(let status): "the server answered \(status)"
        case .tooLarge(let limit): "the file is larger than \(limit) bytes"
        case .failed(let reason): reason
        }
    }
}
