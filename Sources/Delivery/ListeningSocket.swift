import Glibc

/// Makes sockets that others connect to. It is done before rights are given up, so that none can be made afterwards.
public enum ListeningSocket {
    /// Opens a socket at `address` and listens; nothing is accepted yet. The descriptor is the caller's to close.
    ///
    /// A socket of the file system takes the place of one that a process left behind, never of one that someone listens at. It
    /// belongs to `owner`, if one is given, and only its owner and its group may connect.
    ///
    /// - Throws: if the address is in use, or not this machine's.
    public static func open(
        _ address: ListenAddress, owner: (user: UInt32, group: UInt32)? = nil
    ) throws(SocketError) -> Int32 {
        switch address {
        case .tcp(let host, let port): return try open(host: host, port: port)
        case .unix(let path): return try open(path: path, owner)
        }
    }

    private static func open(host: String, port: UInt16) throws(SocketError) -> Int32 {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        // Invariant: both texts end with a zero and live for the call; the list belongs to us until it is freed below.
        guard unsafe getaddrinfo(host, "\(port)", &hints, &list) == 0 else { throw .unknownHost }
        defer { unsafe freeaddrinfo(list) }
        guard let entry = unsafe list?.pointee, let name = unsafe entry.ai_addr else { throw .unknownHost }
        let descriptor = try unsafe Socket.open(entry.ai_family, SOCK_STREAM)
        var isOn: Int32 = 1
        // Invariant: the value and its length are of this frame.
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
        // Invariant: the address and its length are those of an entry of the list, which lives until the end.
        return try unsafe listen(descriptor, name: name, length: entry.ai_addrlen)
    }

    private static func open(
        path: String, _ owner: (user: UInt32, group: UInt32)?
    ) throws(SocketError) -> Int32 {
        guard var name = Socket.address(ofPath: path) else { throw .longPath }
        try removeAbandoned(path)
        let descriptor = try Socket.open(AF_UNIX, SOCK_STREAM)
        // No one may connect before the mode is what it should be: Linux gives the file the mode of the socket, less the umask.
        // The umask itself belongs to the whole process: another thread may create a file at this moment.
        _ = fchmod(descriptor, mode)
        // Invariant: every sockaddr_un may be read as a sockaddr (POSIX), with the length of the former.
        let bound = try unsafe Socket.withAddress(&name) { (address, length) throws(SocketError) in
            try unsafe listen(descriptor, name: address, length: length)
        }
        // A link that someone put in place of the socket is not followed.
        // Invariant: the path is a terminated copy for each call.
        let isOpened = unsafe fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW) == 0
        let isOwned = isOpened && owner.map { unsafe lchown(path, $0.user, $0.group) == 0 } ?? true
        if !isOwned {
            let code = errno
            close(bound)
            throw SocketError(errno: code)
        }
        return bound
    }

    /// The mode of a socket's file: its owner and group may connect.
    private static var mode: mode_t { 0o660 }

    /// Removes a socket that no one listens at any more.
    private static func removeAbandoned(_ path: String) throws(SocketError) {
        var status = stat()
        // Invariant: the path is a terminated copy for the call, and the structure is written only during it.
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
        do throws(SocketError) {
            _ = try Socket(.unixStream(path), milliseconds: 1_000)
        } catch {
            // Invariant: the path is a terminated copy for the call.
            if error == SocketError(errno: ECONNREFUSED) { _ = unsafe unlink(path) }
            return
        }
        throw SocketError(errno: EADDRINUSE)
    }

    private static func listen(
        _ descriptor: Int32, name: UnsafePointer<sockaddr>, length: socklen_t
    ) throws(SocketError) -> Int32 {
        // Invariant: `length` bytes are at `name`, as its makers say.
        if unsafe bind(descriptor, name, length) == 0, Glibc.listen(descriptor, backlog) == 0 { return descriptor }
        let code = errno
        close(descriptor)
        throw SocketError(errno: code)
    }

    /// How many connections wait to be accepted at most.
    private static var backlog: Int32 { 16 }
}
