import ArgumentParser
import Bytes
import Events
import Foundation

/// `egret resolve`: from a pseudonym back to the address.
struct ResolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Go back from pseudonyms to addresses, on record.",
        discussion: """
            Takes the keys by which the pseudonyms were made. Before anything is printed, an audit event goes into the \
            directory of the log: who asked, for which pseudonyms, by which key, and why. Addresses that are nowhere in that log \
            are refused. Exit status: 0, or 1 if the key cannot be read, an address is refused or the event cannot be written.
            """)

    @Option(help: "The file of the keys, as it was given to watch or analyze.") var privacyKey: String
    @Option(help: "Which of its keys: the id that is in the event as privacy.key; needed where there are several.")
    var keyID: String?
    @Option(help: "The directory of the log that the audit event goes to.") var audit: String
    @Option(help: "Why it is asked: a ticket, an order.") var reason: String
    @Option(help: "The file of the key that seals the log, for the audit event; needed if the log is sealed.")
    var evidenceKey: String?
    @Flag(help: "Also for addresses that are nowhere in that log, as when its files are elsewhere by now.") var force =
        false
    @Argument(help: "Pseudonyms, as they are in events as src.ip or dst.ip.") var addresses: [String]

    func validate() throws {
        for address in addresses where IPAddress(address) == nil {
            throw ValidationError("'\(address)' is no address")
        }
        if reason.trimmingCharacters(in: .whitespaces).isEmpty { throw ValidationError("--reason is empty") }
    }

    func run() throws {
        try KeyCommand.reportingFailure {
            let keys = try PrivacyKeys(file: privacyKey).keys
            let key = try key(among: keys)
            try checkAddresses()
            try record(key)
            for address in addresses.compactMap({ IPAddress($0) }) {
                Terminal.print("\(address) \(key.addresses.original(of: address))")
            }
        }
    }

    /// The key that is asked for. Of several none is taken by guess: another key gives another address, and no error.
    private func key(among keys: [PrivacyKey]) throws -> PrivacyKey {
        if keyID == nil, keys.count == 1 { return keys[0] }
        if let key = keys.first(where: { $0.id == keyID }) { return key }
        let ids = keys.map(\.id).joined(separator: ", ")
        Terminal.write(
            keyID.map { "egret: error: \(privacyKey) has no key \($0); it has \(ids)" }
                ?? "egret: error: \(privacyKey) has several keys (\(ids)); --key-id says which: privacy.key of the event"
        )
        throw ExitCode.failure
    }

    /// Holds that each address is a pseudonym of the log: any other would be told without need.
    private func checkAddresses() throws {
        guard !force else { return }
        let texts = addresses.compactMap { IPAddress($0)?.description }
        let missing = AuditTrail.addressesMissing(texts, in: audit)
        guard missing.isEmpty else {
            Terminal.write(
                "egret: error: \(missing.joined(separator: " ")) nowhere in the log files of \(audit); --force resolves all the same"
            )
            throw ExitCode.failure
        }
    }

    private func record(_ key: PrivacyKey) throws {
        let now = Timestamp.now
        let sensor = SensorIdentity(
            id: "resolve", version: Version.current,
            boot: String(UInt64(bitPattern: now.nanoseconds) / 1_000, radix: 36))
        let detail =
            "by \(NSUserName()): \(addresses.joined(separator: " ")) by key \(key.id); reason: \(reason)"
            + (force ? " (forced)" : "")
        do throws(SinkError) {
            try AuditTrail.write(
                NoticeReport(time: now, kind: "resolved", detail: detail), as: sensor, to: audit,
                key: try evidence())
        } catch {
            Terminal.write("egret: error: the audit event cannot be written: \(error)")
            throw ExitCode.failure
        }
    }

    private func evidence() throws(SinkError) -> EvidenceKey? {
        do throws(EvidenceError) {
            return try evidenceKey.map { path throws(EvidenceError) in try EvidenceKey(file: path) }
        } catch { throw .system(error.description) }
    }
}
