package import Bytes
import HTTPDecoding

/// One run of a client: the requests of one recording, made under one setting. The run is the unit of the statistics.
package struct RunRecording: Sendable {
    /// The name of the recording.
    package var name: String
    /// The position of the setting in the list of settings.
    package var setting: Int
    /// The requests.
    package var requests: [RequestFields]
    /// The number of connections that could not be opened, and whose requests are missing.
    package var unopened: Int
    /// The values that are derived from others, by path and host, without positions.
    package var derived: Set<String>

    /// Creates a run.
    package init(name: String, setting: Int, requests: [RequestFields], unopened: Int = 0) {
        self.name = name
        self.setting = setting
        self.requests = requests
        self.unopened = unopened
        derived = []
        let finder = DerivedFinder(DigestHeads())
        for request in requests {
            var findings = FindingCollection()
            let fields = request.fields
            finder.search(request, fields, into: &findings)
            for finding in findings.findings { derived.insert(FieldPath.withoutPositions(finding.field)) }
        }
    }

    /// The time of the first request.
    package var start: Timestamp? { requests.map(\.exchange.time).min() }
}

/// What all of a comparison's requests are matched by: which of them mean the same in each run.
struct RequestGroup: Hashable, Comparable {
    /// The method.
    var method: String
    /// The host, after `--equate`.
    var host: String
    /// The path, with what looks like an identifier as `{id}`.
    var path: String
    /// The position among the requests of the same kind in one run, from 0; 0 if the runs have different numbers of them.
    var position = 0

    static func < (left: RequestGroup, right: RequestGroup) -> Bool {
        (left.host, left.path, left.method, left.position) < (right.host, right.path, right.method, right.position)
    }

    /// The path with each segment that is an identifier of its own replaced.
    static func template(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).map { segment in
            isIdentifier(Array(segment.utf8)) ? "{id}" : String(segment)
        }.joined(separator: "/")
    }

    /// A number of four digits or more, a UUID, or hexadecimal digits with a number among them.
    private static func isIdentifier(_ bytes: [UInt8]) -> Bool {
        let digits = bytes.filter { (0x30...0x39).contains($0) }.count
        if bytes.count >= 4, digits == bytes.count { return true }
        let plain = bytes.filter { $0 != 0x2D }
        guard plain.count >= 16, digits >= 2 else { return false }
        return plain.allSatisfy { $0.hexadecimalDigit != nil } || (plain.count >= 24 && plain.allSatisfy(\.isASCIIWord))
    }
}
