import Bytes
import Capture
import Foundation
import Protocols
public import Vendors

/// Which flows of past logs a catalog would attribute differently from what the logs say.
///
/// A flow is judged by its last report: by the name that named it then, its address, and the hello of its client. Flows are
/// grouped by host and difference, so that memory is bounded by `limit` groups, and `limit` flows that have not ended.
public struct Reattribution: Sendable {
    /// An attribution, as far as it is compared.
    public struct Finding: Hashable, Sendable {
        /// The vendor's id.
        public var vendor: String?
        /// The product's id.
        public var product: String?
        /// What the host is for.
        public var role: String?
    }

    /// Flows to one host whose attribution differs in the same way.
    public struct Group: Sendable {
        /// The host, or the address if there is no name.
        public var host: String
        /// What the log says.
        public var old: Finding
        /// What the catalog says.
        public var new: Finding
        /// The flows.
        public internal(set) var flows = 0
        /// When the first of them began.
        public internal(set) var first: String?
        /// When the last of them began.
        public internal(set) var last: String?
    }

    private struct Key: Hashable {
        let host: String
        let old: Finding
        let new: Finding
    }

    private let catalog: Catalog
    private let fingerprints: FingerprintSet
    private let limit: Int
    private let decoder = JSONDecoder()
    private var groups: [Key: Group] = [:]
    private var unfinished: [String: PastFlow] = [:]
    /// The lines that are no event in egret's own format.
    public private(set) var unreadLines = 0
    /// The flows that were compared.
    public private(set) var flows = 0
    /// The flows among them without a name: the address alone decides.
    public private(set) var unnamedFlows = 0
    /// The flows among them whose last report is not in the logs.
    public private(set) var unfinishedFlows = 0
    /// Flows that did not fit.
    public private(set) var omittedFlows = 0
    /// Runs that wrote the flows of AI vendors alone: flows that no one was charged with are not in their logs.
    public private(set) var partialRuns = 0
    /// Logs that could not be read, or not to their end, with the reason.
    public private(set) var unreadLogs: [String] = []

    /// A comparison with `catalog` and `fingerprints`.
    public init(catalog: Catalog, fingerprints: FingerprintSet, limit: Int = 65_536) {
        self.catalog = catalog
        self.fingerprints = fingerprints
        self.limit = limit
    }

    /// Reads the log at `path`: a file, a packed file (`.zst`, `.gz`), a directory of such files, or `-` for standard input.
    public mutating func read(_ path: String) {
        for file in files(at: path) {
            do throws(LogLines.Failure) {
                let skipped = try LogLines.forEach(in: file) { take($0) }
                unreadLines += skipped
            } catch { unreadLogs.append("\(error)") }
        }
    }

    /// The differences, those with the most flows first.
    public mutating func finish() -> [Group] {
        unfinishedFlows = unfinished.count
        for flow in unfinished.values { compare(flow) }
        unfinished = [:]
        return groups.values.sorted {
            ($1.flows, $0.host, $0.old.words, $0.new.words) < ($0.flows, $1.host, $1.old.words, $1.new.words)
        }
    }

    /// The logs at `path`: the file itself, or those of a directory and of the directories in it.
    private mutating func files(at path: String) -> [String] {
        let listing: DirectoryListing?
        do throws(CaptureError) { listing = path == "-" ? nil : try DirectoryListing(path) } catch {
            unreadLogs.append("\(error)")
            return []
        }
        guard let listing else { return [path] }
        unreadLogs += listing.unread
        return listing.files.filter { file in
            let name = file.split(separator: "/").last ?? ""
            return name.hasPrefix("events-") && [".jsonl", ".jsonl.zst", ".jsonl.gz"].contains { name.hasSuffix($0) }
        }
    }

    /// Takes one line of a log.
    mutating func take(_ line: ArraySlice<UInt8>) {
        guard !line.isEmpty else { return }
        guard let event = try? decoder.decode(PastFlow.self, from: Data(line)) else {
            unreadLines += 1
            return
        }
        if event.type == "start", event.start?.flows == "ai" { partialRuns += 1 }
        guard event.type == "flow", let flow = event.flow else { return }
        let id = "\(event.boot ?? "")/\(flow.id)"
        if flow.final == true {
            unfinished[id] = nil
            compare(event)
        } else if unfinished[id] != nil || unfinished.count < limit {
            unfinished[id] = event
        } else {
            omittedFlows += 1
        }
    }

    private mutating func compare(_ flow: PastFlow) {
        flows += 1
        if flow.dst?.host == nil { unnamedFlows += 1 }
        let old = Finding(vendor: flow.ai?.vendor, product: flow.ai?.product, role: flow.ai?.role)
        let new = finding(of: flow, old)
        guard new != old else { return }
        let key = Key(host: flow.dst?.host ?? flow.dst?.ip ?? "-", old: old, new: new)
        guard groups[key] != nil || groups.count < limit else {
            omittedFlows += 1
            return
        }
        var group = groups[key] ?? Group(host: key.host, old: old, new: new)
        group.flows += 1
        if let start = flow.flow?.start {
            group.first = min(group.first ?? start, start)
            group.last = max(group.last ?? start, start)
        }
        groups[key] = group
    }

    /// What the catalog says of `flow`.
    private func finding(of flow: PastFlow, _ old: Finding) -> Finding {
        guard let found = attribution(of: flow) else { return Finding(vendor: nil, product: nil, role: nil) }
        var new = Finding(vendor: found.vendor, product: found.product, role: found.role.rawValue)
        // Which program of the vendor it was, other flows of the same source said; that is not known here.
        if let host = flow.dst?.host, let vendor = found.vendor, vendor == old.vendor, let product = old.product,
            catalog.agents(at: host, of: vendor).contains(product)
        {
            new.product = product
        }
        return new
    }

    private func attribution(of flow: PastFlow) -> Attribution? {
        let server = flow.dst?.ip.flatMap { IPAddress($0) } ?? IPAddress(ipv4: 0)
        guard let name = flow.dst?.host, flow.dst?.hostState == nil,
            let source = flow.dst?.hostSource.flatMap({ HostSource(rawValue: $0) })
        else { return catalog.attribute(names: [], server: server) }
        let host = NameEvidence(name: name, source: source)
        guard let listed = catalog.attribute(listed: host) else {
            return catalog.attribute(unlisted: host, server: server)
        }
        return catalog.disambiguateProduct(listed, host: name, client: client(of: flow))
    }

    private func client(of flow: PastFlow) -> Fingerprint? {
        guard let known = flow.tls?.ja4.flatMap({ fingerprints.match($0) }) else { return nil }
        guard let day = flow.flow?.start?.prefix(10) else { return known }
        return known.isValid(on: String(day)) ? known : nil
    }
}

extension Reattribution.Finding {
    /// For a person: `anthropic claude-api inference`.
    public var words: String {
        let words = [vendor, product, role].compactMap(\.self).joined(separator: " ")
        return words.isEmpty ? "no vendor" : words
    }
}
