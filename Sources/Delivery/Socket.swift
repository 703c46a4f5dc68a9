import Glibc

/// A connected socket for writing. It never raises SIGPIPE, and no call waits longer than its time-out.
public final class Socket: Sendable {
    /// Whether it is a stream.
    public let isStream: Bool
    private let descriptor: Int32

    /// Connects to `address`, waiting at most `milliseconds` for the far end; names are looked up as long as that takes.
    public init(_ address: SocketAddress, milliseconds: Int32 = 5_000) throws(SocketError) {
        isStream = address.isStream
        switch address {
        case .unixDatagram(let path):
            descriptor = try Self.connect(path: path, type: SOCK_DGRAM, milliseconds)
        case .unixStream(let path):
            descriptor = try Self.connect(path: path, type: SOCK_STREAM, milliseconds)
        case .udp(let host, let port):
            descriptor = try Self.connect(host: host, port: port, type: SOCK_DGRAM, milliseconds)
        case .tcp(let host, let port):
            descriptor = try Self.connect(host: host, port: port, type: SOCK_STREAM, milliseconds)
        }
    }

    deinit {
        close(descriptor)
    }

    /// Sends of `bytes` what the socket takes at once, and waits at most `milliseconds` for it to take any; of a message
    /// all or nothing.
    public func send(_ bytes: ArraySlice<UInt8>, milliseconds: Int32) throws(SocketError) -> Int {
        if isStream, isClosedByPeer { throw .closed }
        while true {
            // Invariant: the buffer is that of `bytes`, whose length is passed on with it; the call keeps no pointer.
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN, ENOBUFS:
                guard Self.wait(descriptor, for: Int16(POLLOUT), milliseconds) else { throw .stalled }
            case EPIPE, ECONNRESET: throw .closed
            case EMSGSIZE: throw .tooLong
            case let code: throw SocketError(errno: code)
            }
        }
    }

    /// Whether the far end has closed. A stream takes bytes after that, and no one would ever read them.
    private var isClosedByPeer: Bool {
        var byte: UInt8 = 0
        // Invariant: one byte of this frame, and its length.
        let count = unsafe withUnsafeMutableBytes(of: &byte) { buffer in
            unsafe recv(descriptor, buffer.baseAddress, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        }
        return count == 0 || (count < 0 && ![EAGAIN, EINTR].contains(errno))
    }

    /// A socket that never waits by itself and is not inherited.
    static func open(_ family: Int32, _ type: __socket_type) throws(SocketError) -> Int32 {
        let flags = type.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let descriptor = socket(family, Int32(flags), 0)
        guard descriptor >= 0 else { throw SocketError(errno: errno) }
        return descriptor
    }

    private static func connect(
        path: String, type: __socket_type, _ milliseconds: Int32
    ) throws(SocketError) -> Int32 {
        guard var address = address(ofPath: path) else { throw .longPath }
        let descriptor = try open(AF_UNIX, type)
        let failure = unsafe withAddress(&address) { (pointer, length) in
            unsafe finish(descriptor, address: pointer, length: length, milliseconds: milliseconds)
        }
        if let failure { throw failure }
        return descriptor
    }

    /// The address of a socket of the file system; `nil` if the path is too long for one.
    static func address(ofPath path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // Invariant: the bytes are those of the address's own array; the last of them stays zero.
        let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { buffer in
            guard path.utf8.count < buffer.count else { return false }
            unsafe buffer.copyBytes(from: path.utf8)
            return true
        }
        return fits ? address : nil
    }

    /// Hands `address` to `body` as calls take it.
    static func withAddress<Result, Failure>(
        _ address: inout sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Invariant: every sockaddr_un may be read as a sockaddr (POSIX), with the length of the former.
        try unsafe withUnsafePointer(to: address) { pointer throws(Failure) in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer throws(Failure) in
                try unsafe body(pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func connect(
        host: String, port: UInt16, type: __socket_type, _ milliseconds: Int32
    ) throws(SocketError) -> Int32 {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(type.rawValue)
        unsafe hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        // Invariant: both texts end with a zero and live for the call; the list belongs to us until it is freed below.
        guard unsafe getaddrinfo(host, "\(port)", &hints, &list) == 0 else { throw .unknownHost }
        defer { unsafe freeaddrinfo(list) }
        var failure = SocketError.unknownHost
        var next = unsafe list
        while let entry = unsafe next?.pointee {
            unsafe next = entry.ai_next
            guard let address = unsafe entry.ai_addr else { continue }
            let descriptor = try unsafe open(entry.ai_family, type)
            guard
                let reason = unsafe finish(
                    descriptor, address: address, length: entry.ai_addrlen, milliseconds: milliseconds)
            else {
                return descriptor
            }
            failure = reason
        }
        throw failure
    }

    /// Connects `descriptor`, or closes it and says why not.
    private static func finish(
        _ descriptor: Int32, address: UnsafePointer<sockaddr>, length: socklen_t, milliseconds: Int32
    ) -> SocketError? {
        // Invariant: `length` bytes are at `address`, as its makers say.
        if unsafe Glibc.connect(descriptor, address, length) == 0 { return nil }
        var code = errno
        if code == EINPROGRESS {
            code = wait(descriptor, for: Int16(POLLOUT), milliseconds) ? pendingError(descriptor) : ETIMEDOUT
            if code == 0 { return nil }
        }
        close(descriptor)
        return SocketError(errno: code)
    }

    private static func pendingError(_ descriptor: Int32) -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // Invariant: the value and its length are of this frame, and of the size that SO_ERROR has.
        let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        return result == 0 ? code : errno
    }

    /// Waits until `descriptor` is ready, or at most `milliseconds`; false for the latter.
    private static func wait(_ descriptor: Int32, for events: Int16, _ milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        while true {
            // Invariant: one entry of this frame.
            let count = unsafe poll(&entry, 1, milliseconds)
            if count < 0 && errno == EINTR { continue }
            return count > 0
        }
    }
}

/// Why a socket cannot be connected, or not be written to any more.
public struct SocketError: Error, Equatable, Sendable {
    /// The system's words.
    public let reason: String

    /// The reader accepted no data within the time-out.
    public static let stalled = SocketError(reason: "the reader has stalled")
    /// The far end has closed the connection.
    public static let closed = SocketError(reason: "the reader has closed the connection")
    /// The message is larger than the socket takes.
    public static let tooLong = SocketError(reason: "the message is too long for the socket")
    static let unknownHost = SocketError(reason: "the host is not known")
    static let longPath = SocketError(reason: "the path is too long for a socket")

    init(reason: String) { self.reason = reason }

    /// The error in `errno`.
    init(errno code: Int32) {
        // Invariant: the text is a constant of the C library, or belongs to this thread until its next such call.
        let words = unsafe strerror(code).map { unsafe String(cString: $0) }
        reason = words ?? "error \(code)"
    }
}
