import Audit
import HTTPDecoding

/// The findings of a recording, made while it is read.
///
/// Memory: at most `limit` findings. What has no room is counted.
final class ExaminedFindings {
    /// The most findings of one recording that are kept.
    static let limit = 200_000

    private let auditor: Auditor
    private var findings: [Int: [Finding]] = [:]
    private var kept = 0
    /// Findings that had no room.
    private(set) var dropped = 0
    /// Values that a bound of decoding left undecoded, and findings of one request beyond its bound.
    private(set) var refused = 0

    /// No findings yet, to be made by `auditor`.
    init(_ auditor: Auditor) { self.auditor = auditor }

    /// Looks for findings in an exchange.
    func examine(_ exchange: HTTPExchange) {
        let result = auditor.audit(exchange)
        refused += result.refused
        let room = min(Self.limit - kept, result.findings.count)
        dropped += result.findings.count - room
        kept += room
        if room > 0 { findings[exchange.number] = Array(result.findings.prefix(room)) }
    }

    /// The findings of the exchange that had this number when it was examined.
    subscript(number: Int) -> [Finding] { findings[number] ?? [] }

    /// What a person must know of the bounds that were met; empty if none was.
    var notices: [String] {
        var lines: [String] = []
        if refused > 0 {
            lines.append(
                "\(refused) values were too large, too deep or too many to be decoded; they were not examined.")
        }
        if dropped > 0 { lines.append("\(dropped) findings had no room; the first \(Self.limit) are here.") }
        return lines
    }
}
