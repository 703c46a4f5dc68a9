import Capture

/// The lines of a log, one at a time: plain files, packed ones (`.zst`, `.gz`), and standard input.
enum LogLines {
    /// The longest line that is read, in bytes.
    static let longest = 4 << 20

    /// Why a log, or the rest of it, is not read.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Passes each line of the log at `path` to `body`, without its line feed; `-` is standard input.
    ///
    /// - Returns: the lines that were passed over because they are longer than `longest`.
    /// - Throws: if the log cannot be opened, or ends before its end; `body` got what is before that.
    static func forEach(in path: String, _ body: (ArraySlice<UInt8>) -> Void) throws(Failure) -> Int {
        let file: DecompressedFile
        do throws(CaptureError) { file = try DecompressedFile(path: path) } catch {
            throw Failure(description: "\(error)")
        }
        var splitter = LineSplitter()
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = file.read(into: &buffer, from: 0)
            if count == 0 { break }
            splitter.take(buffer[..<count], body)
        }
        splitter.finish(body)
        if let failure = file.failure { throw Failure(description: "\(path): \(failure)") }
        return splitter.skipped
    }
}

/// Cuts bytes that come in pieces into lines.
struct LineSplitter {
    private var pending: [UInt8] = []
    private var isSkipping = false
    /// The lines that were too long.
    private(set) var skipped = 0

    /// Takes the next bytes and passes every line that ends in them to `body`.
    mutating func take(_ bytes: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>) -> Void) {
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            if isSkipping {
                isSkipping = false
            } else if pending.isEmpty {
                body(rest[..<end])
            } else {
                pending += rest[..<end]
                body(pending[...])
                pending.removeAll(keepingCapacity: true)
            }
            rest = rest[(end + 1)...]
        }
        guard !isSkipping else { return }
        pending += rest
        if pending.count > LogLines.longest {
            pending = []
            isSkipping = true
            skipped += 1
        }
    }

    /// Passes on a last line without a line feed.
    mutating func finish(_ body: (ArraySlice<UInt8>) -> Void) {
        if !pending.isEmpty, !isSkipping { body(pending[...]) }
        pending = []
    }
}

/// What a line of a log says of a flow, as far as its attribution depends on it.
struct PastFlow: Decodable, Sendable {
    struct Flow: Decodable, Sendable {
        var id: String
        var final: Bool?
        var start: String?
    }

    struct Server: Decodable, Sendable {
        var ip: String?
        var host: String?
        var hostSource: String?
        var hostState: String?

        enum CodingKeys: String, CodingKey {
            case ip, host
            case hostSource = "host_source"
            case hostState = "host_state"
        }
    }

    struct Attributed: Decodable, Sendable {
        var vendor: String?
        var product: String?
        var role: String?
    }

    struct Hello: Decodable, Sendable {
        var ja4: String?
    }

    struct Start: Decodable, Sendable {
        var flows: String?
    }

    var type: String
    var boot: String?
    var flow: Flow?
    var dst: Server?
    var ai: Attributed?
    var tls: Hello?
    var start: Start?
}
