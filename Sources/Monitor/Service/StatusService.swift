import Delivery
import Foundation
public import Host
import Status

/// The sockets at which a live run answers over HTTP, and the server after them.
///
/// Sockets are opened while there are rights; the thread that answers is started when these were given up.
public final class StatusService {
    private let descriptors: [Int32]
    private let board: StatusBoard
    private let live: LiveBoard?
    private let hosts: [String]
    private var server: StatusServer?

    /// Opens what `configuration` names for `board`, and `live` if there is a page, to answer at; `nil` if it names nothing.
    ///
    /// - Throws: which address cannot be listened at, and why; that a page is wanted and no address of this machine is named.
    public init?(
        _ configuration: Configuration, board: StatusBoard, live: LiveBoard? = nil
    ) throws(HostError) {
        guard !configuration.showsPage || configuration.listensAt.contains(where: \.isLocal) else {
            throw HostError(
                "http.page needs an address of this machine in http.listen, as unix:/run/egret/http.sock or 127.0.0.1:9477"
            )
        }
        guard !configuration.listensAt.isEmpty else { return nil }
        let owner = try configuration.hardening.user.map { (name) throws(HostError) in
            let user = try SystemUser(named: name)
            return (user: user.user, group: user.group)
        }
        self.board = board
        self.live = live
        let name = ProcessInfo.processInfo.hostName
        hosts = configuration.httpHosts + [name, String(name.prefix { $0 != "." })]
        descriptors = try configuration.listensAt.map { (address) throws(HostError) in
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
