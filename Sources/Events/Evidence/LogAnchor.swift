public import Foundation

/// A head of a log that the sensor wrote to an output outside the machine, as received there: an `anchor` event.
public struct LogAnchor: Equatable, Sendable {
    /// The head.
    public var head: LogHead
    /// The name of the file output whose log it is, as in `outputs`.
    public var output: String
    /// When it was written, RFC 3339; `nil` if the event does not say.
    public var time: String?

    /// The anchors of `output` in JSON lines, in their order; lines of other events are passed over.
    ///
    /// A line may have the header of a syslog message in front. The fields are those of the native form, or below `egret` and
    /// `unmapped` as ECS and OCSF have them.
    ///
    /// - Throws: which line is an anchor that cannot be read, and what is wrong; or that there is none.
    public static func read(_ text: Data, file: String, output: String) throws(EvidenceError) -> [LogAnchor] {
        var anchors: [LogAnchor] = []
        for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard let start = line.firstIndex(of: UInt8(ascii: "{")),
                let object = (try? JSONSerialization.jsonObject(with: Data(line[start...]))) as? [String: Any],
                let fields = fields(of: object)
            else { continue }
            guard let anchor = LogAnchor(fields, time: (object["time"] ?? object["@timestamp"]) as? String) else {
                throw EvidenceError(
                    "\(file):\(index + 1): an anchor event has output, file, lines and head; this one does not")
            }
            if anchor.output == output { anchors.append(anchor) }
        }
        guard !anchors.isEmpty else {
            throw EvidenceError("\(file): no anchor event of output '\(output)'; --anchor-output names another")
        }
        return anchors
    }

    /// An anchor of these parts.
    public init(head: LogHead, output: String, time: String?) {
        self.head = head
        self.output = output
        self.time = time
    }

    private static func fields(of object: [String: Any]) -> [String: Any]? {
        for holder in [object, object["egret"] as? [String: Any], object["unmapped"] as? [String: Any]] {
            if let fields = holder?["anchor"] as? [String: Any] { return fields }
        }
        return nil
    }

    private init?(_ fields: [String: Any], time: String?) {
        guard let output = fields["output"] as? String, let file = fields["file"] as? String,
            let lines = fields["lines"] as? Int, let value = fields["head"] as? String,
            LogChain(hexadecimal: value) != nil
        else { return nil }
        head = LogHead(file: file, lines: lines, value: value)
        self.output = output
        self.time = time
    }

    /// ` at TIME`, or an empty text.
    var moment: String { time.map { " at \($0)" } ?? "" }
}
