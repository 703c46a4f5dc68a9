import Delivery
import Foundation
public import Host
import Status

/// The sockets at which a live run answers over HTTP, and the server after them.
///
/// Sockets are opened before privileges are dropped; the serving thread is started afterwards.
public final class StatusService {
    private let descriptors: [Int32]
    private let board: StatusBoard
    private let hosts: [String]
    private var server: StatusServer?

    /// Opens `addresses`, which belong to `user`, for `board` to answer at; `nil` if there are none. `hosts` are the names by which
    /// it may be asked, beside addresses and the machine's own.
    ///
    /// - Throws: which address cannot be listened at, and why.
    init?(_ addresses: [ListenAddress], user: String?, hosts: [String], board: StatusBoard) throws(HostError) {
        guard !addresses.isEmpty else { return nil }
        let owner = try user.map { (name) throws(HostError) in
            let user = try SystemUser(named: name)
            return (user: user.user, group: user.group)
        }
        self.board = board
        let name = ProcessInfo.processInfo.hostName
        self.hosts = hosts + [name, String(name.prefix { $0 != "." })]
        descriptors = try addresses.map { (address) throws(HostError) in
            do throws(SocketError) {
                return try ListeningSocket.open(address, owner: owner)
            } catch { throw HostError("http: \(address) cannot be listened at: \(error.reason)") }
        }
    }

    /// Begins to answer.
    ///
    /// - Throws: if the system refuses.
    public func start() throws(HostError) {
        do {
            let board = board
            server = try StatusServer(listeningAt: descriptors, hosts: hosts, counters: board.counters) {
                board.answer(at: $0)
            }
        } catch { throw HostError("http: no answers can be given: \(error)") }
    }

    /// Answers no more.
    public func stop() { server?.stop() }
}
