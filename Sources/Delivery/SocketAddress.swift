/// Where a socket goes.
public enum SocketAddress: Equatable, Sendable {
    /// A Unix socket of whole messages, as `/dev/log` is.
    case unixDatagram(String)
    /// A Unix socket of a stream.
    case unixStream(String)
    /// UDP to a host, by name or address, and port.
    case udp(String, UInt16)
    /// TCP to a host, by name or address, and port.
    case tcp(String, UInt16)

    /// Whether bytes flow without bounds between messages.
    public var isStream: Bool {
        switch self {
        case .unixStream, .tcp: true
        case .unixDatagram, .udp: false
        }
    }
}

extension SocketAddress: CustomStringConvertible {
    /// The address for people.
    public var description: String {
        switch self {
        case .unixDatagram(let path), .unixStream(let path): path
        case .udp(let host, let port), .tcp(let host, let port):
            host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}
