import CHost
import Glibc

/// Reports the process's state to the service manager that started it: sd_notify(3), if `NOTIFY_SOCKET` names a socket.
///
/// The protocol is one datagram a message. The socket is opened at once, so that it serves after sockets are out of reach.
/// A message that does not arrive is no fault of the process, and is not tried again.
public final class ServiceManager: Sendable {
    private let descriptor: Int32
    /// How often the manager wants a sign of life at least, in nanoseconds; `nil` if it wants none.
    public let watchdog: Int64?

    /// The manager that the environment names; `nil` if there is none.
    public init?(environment: [String: String]) {
        guard let path = environment["NOTIFY_SOCKET"] else { return nil }
        // Invariant: the path is a terminated copy for the call.
        descriptor = unsafe host_connect_datagram(path)
        guard descriptor >= 0 else { return nil }
        let isMine = environment["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
        let interval = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
        watchdog =
            isMine
            ? interval.map { microseconds in
                let (nanoseconds, overflow) = microseconds.multipliedReportingOverflow(by: 1_000)
                return overflow ? .max : nanoseconds
            } : nil
    }

    deinit { close(descriptor) }

    /// `READY=1`: it captures, and its outputs are open; also sent after a reload.
    public func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }

    /// `RELOADING=1`: it reads rules and catalog again.
    public func reloading() { send("RELOADING=1\nMONOTONIC_USEC=\(Self.microseconds)") }

    /// `STOPPING=1`: it is about to end.
    public func stopping() { send("STOPPING=1") }

    /// `WATCHDOG=1`: it is alive.
    public func alive() { send("WATCHDOG=1") }

    private func send(_ message: String) {
        // Invariant: as many bytes are read as the text has, during the call.
        _ = unsafe Glibc.send(descriptor, message, message.utf8.count, Int32(MSG_NOSIGNAL))
    }

    /// The monotonic clock, by which the manager orders messages and by which nothing else goes here.
    private static var microseconds: Int64 {
        var time = timespec()
        // Invariant: the structure is written only during the call.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
