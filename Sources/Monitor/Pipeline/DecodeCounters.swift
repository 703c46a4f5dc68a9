import Bytes
import Events
import Wire

/// What happened to frames before they reached a flow; totals since the engine began.
struct DecodeCounters: Equatable, Sendable {
    /// Frames that were handed in.
    var frames: UInt64 = 0
    /// Their bytes on the wire.
    var bytes: UInt64 = 0
    /// Frames whose IP header claims more bytes than they had.
    var clamped: UInt64 = 0
    /// The last link type that was not read.
    private(set) var unreadLink: LinkType?
    private var ignored = InlineArray<8, UInt64>(repeating: 0)
    private var malformed = InlineArray<8, UInt64>(repeating: 0)

    /// Counts a frame that is not followed.
    mutating func count(_ reason: Ignored) {
        ignored[Int(reason.rawValue)] &+= 1
    }

    /// Counts a frame that is not followed, which was captured with `link`.
    mutating func count(_ reason: Ignored, link: LinkType) {
        if reason == .unsupportedLink { unreadLink = link }
        count(reason)
    }

    /// Counts a frame whose headers contradict themselves.
    mutating func count(_ layer: Layer) {
        malformed[Int(layer.rawValue)] &+= 1
    }

    /// Fills in the members of a stats event.
    func fill(_ report: inout CaptureReport) {
        report.unreadLink = unreadLink?.rawValue
        report.unsupportedLink = ignored[Int(Ignored.unsupportedLink.rawValue)]
        report.ignored[.nonIP] = ignored[Int(Ignored.nonIP.rawValue)]
        report.ignored[.ipProtocol] = ignored[Int(Ignored.otherTransport.rawValue)]
        report.ignored[.tunnel] = ignored[Int(Ignored.unsupportedEncapsulation.rawValue)]
        report.ignored[.tooDeep] = ignored[Int(Ignored.tooDeep.rawValue)]
        report.ignored[.noPayload] = ignored[Int(Ignored.noPayload.rawValue)]
        report.malformed[.link] = malformed[Int(Layer.link.rawValue)]
        report.malformed[.ip] = malformed[Int(Layer.ip.rawValue)]
        report.malformed[.tcp] = malformed[Int(Layer.tcp.rawValue)]
        report.malformed[.udp] = malformed[Int(Layer.udp.rawValue)]
    }

    static func == (left: DecodeCounters, right: DecodeCounters) -> Bool {
        left.frames == right.frames && left.bytes == right.bytes && left.clamped == right.clamped
            && (0..<8).allSatisfy {
                left.ignored[$0] == right.ignored[$0] && left.malformed[$0] == right.malformed[$0]
            }
    }
}
