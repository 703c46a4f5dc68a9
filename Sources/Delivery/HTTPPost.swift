import CCurl
import Glibc
import Synchronization

/// Requests of one kind: POST to one address, with the same headers each time, over one connection while it holds.
///
/// Uses libcurl, which is loaded with the first request. HTTP and HTTPS only; certificates are checked, redirects are not
/// followed, and the body of the response is discarded unless it is asked for.
public final class HTTPPost: Sendable {
    /// The result of a request.
    public enum Answer: Equatable, Sendable {
        /// The status of the far end.
        case status(Int)
        /// There was no response: the reason.
        case failed(String)
    }

    /// Why it cannot be made.
    public enum PostError: Error, Equatable, Sendable {
        /// libcurl is not installed, or its version is not usable.
        case noLibrary
        /// A malformed header.
        case badHeader
    }

    private let curl: Mutex<Handle>

    /// The library's handle, which one thread at a time may use.
    @safe private struct Handle: ~Copyable {
        var curl: egret_curl

        deinit {
            var curl = unsafe curl
            // Invariant: the handle and the list are this value's own, and no one uses them after it.
            unsafe egret_curl_close(&curl)
        }
    }

    /// Makes ready for requests to `url` with `headers` (`Name: value`), each of which may take `milliseconds`. HTTPS trusts
    /// the certificates of the file `authorities` (PEM) if one is given, otherwise those that the system does.
    public init(
        url: String, headers: [String], authorities: String? = nil, milliseconds: Int
    ) throws(PostError) {
        var curl = unsafe egret_curl()
        // Invariant: the text ends with a zero and lives for the call; the library copies it.
        guard unsafe egret_curl_open(&curl, url, milliseconds) != 0 else {
            unsafe egret_curl_close(&curl)
            throw .noLibrary
        }
        // Invariant: the text ends with a zero and lives for the call; the library copies it.
        if let authorities { _ = unsafe egret_curl_trust(&curl, authorities) }
        for header in headers {
            guard Self.isHeader(header), unsafe egret_curl_header(&curl, header) != 0 else {
                unsafe egret_curl_close(&curl)
                throw .badHeader
            }
        }
        self.curl = Mutex(unsafe Handle(curl: curl))
    }

    /// Sends `body`, and waits for the answer.
    public func send(_ body: ArraySlice<UInt8>) -> Answer {
        curl.withLock { handle in
            var reason: UnsafePointer<CChar>?
            // Invariant: the bytes live for the call, and the library keeps no pointer to them past it.
            let status = unsafe body.withUnsafeBytes { buffer in
                unsafe egret_curl_post(&handle.curl, buffer.baseAddress, buffer.count, &reason)
            }
            if status > 0 { return .status(status) }
            // Invariant: the reason is a constant of the library.
            return .failed(unsafe reason.map { unsafe String(cString: $0) } ?? "no answer")
        }
    }

    /// Sends `body` to `url`, and gives what comes back, at most `limit` bytes of it; more is a failure. Blocks for as long as a
    /// request may take.
    public func exchange(_ body: ArraySlice<UInt8>, url: String, limit: Int) -> (answer: Answer, body: [UInt8]) {
        curl.withLock { handle in
            var reason: UnsafePointer<CChar>?
            var answer = unsafe egret_curl_body()
            unsafe answer.limit = max(0, limit)
            // Invariant: the bytes are the library's answer, owned by this frame and freed once.
            defer { unsafe free(answer.bytes) }
            // Invariant: the bytes and the text live for the call, and the library keeps no pointer to them past it.
            let status = unsafe body.withUnsafeBytes { buffer in
                unsafe egret_curl_exchange(
                    &handle.curl, url, buffer.baseAddress, buffer.count, &answer, &reason)
            }
            // Invariant: `count` bytes at `bytes` were written by the library's callback.
            let bytes = unsafe Array(UnsafeBufferPointer(start: answer.bytes, count: answer.count))
            if unsafe answer.is_too_large != 0 { return (.failed("the answer is larger than \(limit) bytes"), bytes) }
            if status > 0 { return (.status(status), bytes) }
            // Invariant: the reason is a constant of the library.
            return (.failed(unsafe reason.map { unsafe String(cString: $0) } ?? "no answer"), bytes)
        }
    }

    /// A name, a colon and a value without control characters: nothing that would begin another header.
    private static func isHeader(_ text: String) -> Bool {
        text.contains(":") && !text.hasPrefix(":") && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
