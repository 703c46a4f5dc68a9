import Bytes
import Capture
import Foundation

/// Interfaces.
extension Doctor {
    /// Whether the interface can be captured from, and what it does to frames.
    func checkInterface(_ name: String) -> [Finding] {
        var options = LiveCapture.Options(interface: name)
        options.snapshotLength = configuration.snapshotLength
        options.filter = configuration.filter
        var findings: [Finding] = []
        do throws(CaptureError) {
            let capture = try LiveCapture(options)
            let link = capture.interfaces.first?.linkType
            let isRead = link.map { Self.readable.contains($0) } ?? false
            let type = "link type \(link.map { "\($0.rawValue)" } ?? "unknown")"
            findings.append(
                isRead
                    ? Finding(
                        .ok, name, text: "it can be captured from; \(type), snapshot length \(options.snapshotLength)")
                    : Finding(.fault, name, text: "\(type) is not read", fix: "--interface any"))
            findings += capture.warnings.map { Finding(.warning, name, text: $0) }
            if !capture.isUp {
                findings.append(Finding(.warning, name, text: "it is down", fix: "ip link set \(name) up"))
            }
        } catch {
            let text = error.description
            let isNamed = text.hasPrefix("\(name): ")
            findings.append(Finding(.fault, name, text: isNamed ? String(text.dropFirst(name.count + 2)) : text))
        }
        if let offloads = InterfaceOffloads(of: name) { findings += check(offloads, of: name) }
        return findings
    }

    private func check(_ offloads: InterfaceOffloads, of name: String) -> [Finding] {
        var findings: [Finding] = []
        let joins = offloads.joinsReceived || offloads.joinsInHardware || offloads.cutsSent
        if joins, configuration.snapshotLength < 65_549 {
            findings.append(
                Finding(
                    .warning, name,
                    text: "offloads make frames of up to 64 KiB, and the snapshot length cuts them at "
                        + "\(configuration.snapshotLength)",
                    fix: "--snaplen 262144, or ethtool -K \(name) gro off lro off tso off gso off"))
        } else if joins {
            findings.append(
                Finding(
                    .ok, name, text: "offloads join segments before they are captured; the snapshot length holds them"))
        }
        if offloads.joinsInHardware {
            findings.append(
                Finding(
                    .warning, name,
                    text: "the interface joins segments itself (LRO): what it forwards may differ from what is seen",
                    fix: "ethtool -K \(name) lro off"))
        }
        if offloads.stripsTags {
            findings.append(
                Finding(.ok, name, text: "the interface takes VLAN tags off; the kernel keeps them, and they are read"))
        }
        return findings
    }

    /// The link types that are read.
    private static var readable: Set<LinkType> {
        [
            .ethernet, .raw, .ipv4, .ipv6, .null, .loop, .linuxCooked, .linuxCooked2, .ppp, .ciscoHDLC, .radiotap,
            .wifi,
        ]
    }
}
