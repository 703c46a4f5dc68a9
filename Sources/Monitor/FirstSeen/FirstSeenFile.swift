import Activity
import Bytes
import Crypto
import Settings
import Text

/// The file format of the history of first sightings.
///
/// Lines of fields with tabs between them: the version, how sources are kept (`clear`, or `pseudonym` with the id of the key), which
/// hosts are kept, since when each kind is learned, the entries in order, and the SHA-256 of all lines before the last. Times are
/// nanoseconds since 1970-01-01T00:00:00Z. The same history gives the same bytes.
struct FirstSeenFile {
    /// Why bytes are no history, in words for an operator.
    struct Problem: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// What decides whether the entries mean the same in another run.
    struct Terms: Equatable {
        /// The id of the key that sources are hidden with; `nil` if they are clear.
        var key: String?
        /// Which hosts are kept.
        var hosts: FirstSeenHosts
    }

    /// The terms under which the entries were kept.
    let terms: Terms
    /// What was learned of each kind.
    private(set) var kinds: [Kind] = []

    /// What was learned of one kind.
    struct Kind {
        let kind: FirstSeenKind
        let since: Timestamp
        var entries: [(key: FirstSeenTable.Key, sighting: FirstSeenTable.Sighting)] = []
    }

    /// The bytes of `history` under `terms`. Cost: a sort of all entries.
    static func bytes(_ history: FirstSeenHistory, _ terms: Terms) -> [UInt8] {
        var text = "\(head)\(version)\nsources\t"
        text += terms.key.map { "pseudonym\t\($0)\n" } ?? "clear\n"
        text += "hosts\t\(terms.hosts.rawValue)\n"
        for kind in FirstSeenKind.allCases {
            guard let since = history[kind].since else { continue }
            text += "since\t\(kind.rawValue)\t\(since.nanoseconds)\n"
            for (key, sighting) in history[kind].entries.sorted(by: { $0.key < $1.key }) {
                text += "\(kind.rawValue)\t\(Self.words(key.subject))\t\(key.name)\t\(key.product)\t"
                text += "\(sighting.first.nanoseconds)\t\(sighting.last.nanoseconds)\n"
            }
        }
        return sealed(text)
    }

    /// The bytes of `text` with its checksum.
    static func sealed(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return bytes + Array("sha256\t\(digest(bytes))\n".utf8)
    }

    /// Reads such bytes.
    init(_ bytes: [UInt8]) throws(Problem) {
        let lines = try Self.lines(bytes)
        guard lines.first == Self.head + Self.version else {
            throw Self.problem(
                1, "'\(lines.first ?? "")' is not '\(Self.head)\(Self.version)', the version that is read")
        }
        terms = try Self.terms(lines)
        for (index, line) in lines.enumerated().dropFirst(3) {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            if fields.count == 3, fields[0] == "since", let kind = FirstSeenKind(rawValue: String(fields[1])),
                !kinds.contains(where: { $0.kind == kind }), let since = Int64(fields[2])
            {
                kinds.append(Kind(kind: kind, since: Timestamp(nanoseconds: since)))
            } else {
                guard let entry = Self.entry(fields), kinds.last?.kind.rawValue == String(fields[0]) else {
                    throw Self.problem(index + 1, "'\(line)' is no entry")
                }
                kinds[kinds.count - 1].entries.append(entry)
            }
        }
    }

    /// The lines before the checksum, which must be right.
    private static func lines(_ bytes: [UInt8]) throws(Problem) -> [String] {
        let feed = UInt8(ascii: "\n")
        guard bytes.last == feed, let end = bytes.dropLast().lastIndex(of: feed) else {
            throw Problem(description: "it is cut: its last line is no checksum")
        }
        let body = Array(bytes[...end])
        guard String(decoding: bytes[(end + 1)...], as: UTF8.self) == "sha256\t\(digest(body))\n" else {
            throw Problem(description: "its checksum is not that of its content: it is damaged, or was edited")
        }
        return String(decoding: body.dropLast(), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static func terms(_ lines: [String]) throws(Problem) -> Terms {
        let sources = lines.dropFirst().first?.split(separator: "\t") ?? []
        let hosts = lines.dropFirst(2).first?.split(separator: "\t") ?? []
        let isClear = sources == ["sources", "clear"]
        guard isClear || sources.count == 3 && sources[0] == "sources" && sources[1] == "pseudonym" else {
            throw problem(2, "it does not say how sources are kept")
        }
        guard hosts.count == 2, hosts[0] == "hosts", let kept = FirstSeenHosts(rawValue: String(hosts[1])) else {
            throw problem(3, "it does not say which hosts are kept")
        }
        return Terms(key: isClear ? nil : String(sources[2]), hosts: kept)
    }

    private static func entry(
        _ fields: [Substring]
    ) -> (key: FirstSeenTable.Key, sighting: FirstSeenTable.Sighting)? {
        guard fields.count == 7, let subject = subject(fields[1], fields[2]), !fields[3].isEmpty,
            let first = Int64(fields[5]), let last = Int64(fields[6]), first <= last
        else { return nil }
        let key = FirstSeenTable.Key(subject, name: String(fields[3]), product: String(fields[4]))
        return (key, .init(first: Timestamp(nanoseconds: first), last: Timestamp(nanoseconds: last)))
    }

    private static func words(_ subject: FirstSeenSubject) -> String {
        switch subject {
        case .source(let address): "source\t\(address)"
        case .pseudonym(let digits): "pseudonym\t\(String(digits, radix: 16))"
        case .group(let name): "group\t\(name)"
        case .sensor: "sensor\t-"
        }
    }

    private static func subject(_ word: Substring, _ name: Substring) -> FirstSeenSubject? {
        switch word {
        case "source": IPAddress(name).map { .source($0) }
        case "pseudonym": UInt64(name, radix: 16).map { .pseudonym($0) }
        case "group": name.isEmpty ? nil : .group(String(name))
        case "sensor": name == "-" ? .sensor : nil
        default: nil
        }
    }

    private static func problem(_ line: Int, _ words: String) -> Problem {
        Problem(description: "line \(line): \(words.escapedForDisplay(limit: 200))")
    }

    private static func digest(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static let head = "egret-first-seen\t"
    private static let version = "1"
}
