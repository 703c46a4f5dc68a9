import Glibc

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

/// Where this process may be connected to: an address of this machine with a port, or a socket of the file system.
public enum ListenAddress: Equatable, Sendable {
    /// A numeric address, without brackets, and a port; port 0 lets the system choose.
    case tcp(host: String, port: UInt16)
    /// A socket of the file system.
    case unix(String)

    /// Reads `127.0.0.1:9477`, `[::1]:9477` or `unix:/run/egret/http.sock`; `nil` if it is not one of these.
    public init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            // The size of `sun_path`, its zero included.
            guard !path.isEmpty, path.utf8.count < 108 else { return nil }
            self = .unix(path)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard Self.bytes(String(host), AF_INET6) != nil else { return nil }
        } else if Self.bytes(String(host), AF_INET) == nil {
            return nil
        }
        self = .tcp(host: String(host), port: port)
    }

    /// Whether nothing but this machine can connect: 127.0.0.0/8 (RFC 1122 section 3.2.1.3), ::1 (RFC 4291 section 2.5.3), or a
    /// socket of the file system.
    public var isLocal: Bool {
        guard case .tcp(let host, _) = self else { return true }
        if let bytes = Self.bytes(host, AF_INET) { return bytes[0] == 127 }
        return Self.bytes(host, AF_INET6).map { $0.dropLast().allSatisfy { $0 == 0 } && $0[15] == 1 } ?? false
    }

    /// The bytes of a numeric address; `nil` if it is not one of its family.
    private static func bytes(_ host: String, _ family: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: family == AF_INET ? 4 : 16)
        // Invariant: the text ends with a zero and lives for the call, which writes the 4 or 16 bytes that there are.
        return unsafe inet_pton(family, host, &bytes) == 1 ? bytes : nil
    }
}

extension ListenAddress: CustomStringConvertible {
    /// The address as it is read.
    public var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}
