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
    private let live: LiveBoard?
    private let hosts: [String]
    private var server: StatusServer?

    /// Opens `addresses`, which belong to `user`, for `board`, and `live` if there is a page, to answer at; `nil` if there are none.
    /// `hosts` are the names by which it may be asked, beside addresses and the machine's own.
    ///
    /// - Throws: which address cannot be listened at, and why; that there is a page and no address of this machine.
    init?(
        _ addresses: [ListenAddress], user: String?, hosts: [String], board: StatusBoard, live: LiveBoard?
    ) throws(HostError) {
        guard live == nil || addresses.contains(where: \.isLocal) else {
            throw HostError(
                "http.page needs an address of this machine in http.listen, as unix:/run/egret/http.sock or 127.0.0.1:9477"
            )
        }
        guard !addresses.isEmpty else { return nil }
        let owner = try user.map { (name) throws(HostError) in
            let user = try SystemUser(named: name)
            return (user: user.user, group: user.group)
        }
        self.board = board
        self.live = live
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
            let (board, live) = (board, live)
            server = try StatusServer(
                listeningAt: descriptors, hosts: hosts, stream: live?.stream, counters: board.counters
            ) { request in
                live?.answer(to: request) ?? board.answer(at: request.path)
            }
        } catch { throw HostError("http: no answers can be given: \(error)") }
    }

    /// Answers no more.
    public func stop() { server?.stop() }
}
