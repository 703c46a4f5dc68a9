import Delivery
import Events
import Foundation
import Host
public import Settings

/// The privileges that a live run drops once its interfaces are open: see `Sandbox`.
public struct Hardening: Equatable, Sendable {
    /// How much of it is wanted.
    public var mode = SandboxMode.auto
    /// The user to become, a name or USER:GROUP as numbers; `nil` for staying who one is.
    public var user: String?
    /// Whether a packet socket may be bound again to an interface that went away and came back.
    public var rebinds = false

    /// What the kernel has, without another user.
    public init() {}
}

extension Sandbox.Limits {
    /// Leaves what an output at `place` needs to reach its far end, also after that was away.
    mutating func add(_ place: OutputTarget.Destination) {
        switch place {
        case .standardOutput, .directory, .file: break
        case .socket(let address), .syslog(let address): add(address)
        case .webhook(let url): addRequests(to: url)
        case .clickHouse(let target): addRequests(to: target.server)
        }
    }

    /// Leaves what libcurl needs for requests to `url`.
    private mutating func addRequests(to url: String) {
        addInternet()
        // Certificates may have changed, and libcurl's library loads its parts when they are needed.
        loadsLibraries = true
        readable += ["/usr/lib", "/lib", "/usr/share/ca-certificates"]
        let port = URLComponents(string: url)?.port ?? (url.hasPrefix("https") ? 443 : 80)
        connectsTo.append(UInt16(clamping: port))
    }

    private mutating func add(_ address: SocketAddress) {
        switch address {
        case .unixDatagram(let path), .unixStream(let path):
            usesUnixSockets = true
            writable.append(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        case .udp:
            addInternet()
        case .tcp(_, let port):
            addInternet()
            connectsTo.append(port)
        }
    }

    /// The internet, and what names are resolved with: DNS may fall back to TCP.
    private mutating func addInternet() {
        usesInternet = true
        connectsTo.append(53)
        readable += ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/ssl", "/usr/lib", "/lib"]
    }
}
