import Activity
import Bytes
import Flows
import Protocols
import Rules
import Vendors

/// Hides in events what a profile hides, just before they become lines: rules have seen the true flow by then.
///
/// An address that is not written reads as the unspecified one, `0.0.0.0` or `::`. Pseudonyms of addresses that came
/// recently are remembered, 4096 of them.
public struct Pseudonymizer: Sendable {
    private let profile: PrivacyProfile
    private let keys: [PrivacyKey]
    private var known: [Known: IPAddress] = [:]

    private struct Known: Hashable {
        let key: Int
        let address: IPAddress
    }

    /// Hides by `profile` with `keys`.
    public init(_ profile: PrivacyProfile, keys: PrivacyKeys) {
        self.profile = profile
        self.keys = keys.keys
    }

    /// Hides by a profile that takes no key; `nil` if it does.
    public init?(_ profile: PrivacyProfile) {
        guard !profile.needsKey else { return nil }
        self.profile = profile
        keys = []
    }

    /// The event as it may be written.
    public mutating func hide(_ event: Event) -> Event {
        switch event {
        case .flow(let observation): .flow(hide(observation, begun: observation.flow.start).observation)
        case .dns(let observation): .dns(hide(observation, begun: observation.time).observation)
        case .alert(let alert): .alert(hide(alert))
        case .inventory(let report): .inventory(hide(report))
        case .start, .stats, .health, .audit, .anchor, .stop: event
        }
    }

    /// A text that replaces another in the free text of the same event.
    private struct Replacement {
        let old: String
        let new: String
    }

    /// A far end is shown by its name, or by its address if it has none. Names of a vendor's hosts are never hidden; those
    /// of suspected relays, and of what came before the first interaction, are others'.
    private mutating func hide(_ report: InventoryReport) -> InventoryReport {
        var hidden = report
        let key = index(at: report.start)
        hidden.source = map(report.source, profile.sources, key: key)
        if profile.sources == .drop { hidden.group = nil }
        hidden.hosts = report.hosts.compactMap { hide(host: $0, isOther: report.vendor == nil, key) }.sorted()
        hidden.prelude?.hosts = (report.prelude?.hosts ?? []).compactMap { hide(host: $0, isOther: true, key) }.sorted()
        hidden.telemetry?.hosts = (report.telemetry?.hosts ?? []).compactMap { hide(host: $0, isOther: false, key) }
            .sorted()
        if let key { hidden.privacyKey = keys[key].id }
        return hidden
    }

    private mutating func hide(host: String, isOther: Bool, _ key: Int?) -> String? {
        if let address = IPAddress(host) { return map(address, profile.destinations, key: key).description }
        guard isOther, profile.otherNames != .clear else { return host }
        guard profile.otherNames == .pseudonym, let key else { return nil }
        return "\(keys[key].digits(for: host)).pseudonym.invalid"
    }

    private func index(at time: Timestamp) -> Int? {
        guard profile.needsKey, !keys.isEmpty else { return nil }
        return keys.lastIndex { $0.from <= time } ?? 0
    }

    private mutating func hide(_ alert: Alert) -> Alert {
        var alert = alert
        let (observation, replacements) = hide(alert.observation, begun: alert.firstSeen)
        alert.observation = observation
        if let key = index(at: alert.firstSeen) { alert.id = keys[key].digits(for: "alert \(alert.id)") }
        for replacement in replacements {
            alert.message = Self.replace(replacement, in: alert.message)
            alert.group = alert.group.map { ($0.field, Self.replace(replacement, in: $0.value)) }
        }
        return alert
    }

    private mutating func hide(
        _ observation: Observation, begun time: Timestamp
    ) -> (observation: Observation, replacements: [Replacement]) {
        var hidden = observation
        let key = index(at: time)
        var replacements: [Replacement] = []
        if observation.attribution?.vendor == nil { hideNames(of: &hidden, key: key, into: &replacements) }
        if profile.paths == .drop, let http = hidden.flow.http {
            // A message may quote the path.
            if http.path.utf8.count > 1 { replacements.append(Replacement(old: http.path, new: "-")) }
            hidden.flow.http = nil
        }
        func take(_ old: IPAddress, _ treatment: PrivacyProfile.Treatment) -> IPAddress {
            let new = map(old, treatment, key: key)
            if new != old { replacements.append(Replacement(old: old.description, new: new.description)) }
            return new
        }
        hidden.flow.client.address = take(observation.flow.client.address, profile.sources)
        hidden.flow.server.address = take(observation.flow.server.address, profile.destinations)
        if let question = observation.question {
            hidden.question?.resolver = take(question.resolver, profile.destinations)
        }
        if profile.sources == .drop {
            if let group = hidden.sourceGroup { replacements.append(Replacement(old: group, new: "-")) }
            hidden.sourceGroup = nil
        }
        if let key {
            hidden.flow.id = pseudonym(ofFlow: observation.flow.id, key)
            hidden.flow.continues = observation.flow.continues.map { pseudonym(ofFlow: $0, key) }
            hidden.privacyKey = keys[key].id
        }
        return (hidden, replacements)
    }

    /// The id of a flow as it is written: one id has one pseudonym, so that `flow.continues` leads to the earlier flow still.
    private func pseudonym(ofFlow id: UInt64, _ key: Int) -> UInt64 {
        UInt64(keys[key].digits(for: "flow \(id)"), radix: 16) ?? 0
    }

    private mutating func map(_ address: IPAddress, _ treatment: PrivacyProfile.Treatment, key: Int?) -> IPAddress {
        if treatment == .clear { return address }
        guard treatment == .pseudonym, let key else {
            return address.isIPv4 ? IPAddress(ipv4: 0) : IPAddress(high: 0, low: 0)
        }
        let wanted = Known(key: key, address: address)
        if let pseudonym = known[wanted] { return pseudonym }
        let pseudonym = keys[key].addresses.pseudonym(of: address)
        if known.count >= 4096 { known.removeAll(keepingCapacity: true) }
        known[wanted] = pseudonym
        return pseudonym
    }

    /// The names that a flow was given by itself or by DNS, wherever they are.
    private func hideNames(of observation: inout Observation, key: Int?, into replacements: inout [Replacement]) {
        guard profile.otherNames != .clear else { return }
        let isKept = profile.otherNames == .pseudonym
        func name(_ old: String) -> String {
            let new = isKept ? key.map { "\(keys[$0].digits(for: old)).pseudonym.invalid" } ?? "-" : "-"
            replacements.append(Replacement(old: old, new: new))
            return new
        }
        if let domain = observation.domain { replacements.append(Replacement(old: domain, new: "-")) }
        let names = observation.flow.names.map {
            NameEvidence(name: name($0.name), source: $0.source, isSound: $0.isSound)
        }
        observation.flow.names = isKept ? names : []
        let serverName = observation.flow.tls?.serverName.map(name)
        observation.flow.tls?.serverName = isKept ? serverName : nil
        observation.flow.tls?.certificateNames = []
        observation.flow.http = nil
        if let question = observation.question { observation.question?.name = name(question.name) }
        observation.domain = nil
        observation.domainReader = nil
        observation.forgetNameHint()
        // The longest first: a name before the domain that it ends with.
        replacements.sort { $0.old.utf8.count > $1.old.utf8.count }
    }

    /// Replaces whole words: `10.1.2.3` is not to be found in `10.1.2.30`.
    private static func replace(_ replacement: Replacement, in text: String) -> String {
        guard !replacement.old.isEmpty, text.contains(replacement.old) else { return text }
        let old = Array(replacement.old.utf8)
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let end = index + old.count
            let isHit =
                end <= bytes.count && bytes[index..<end].elementsEqual(old)
                && (index == 0 || !isOfWord(bytes[index - 1]))
                && (end == bytes.count || !isOfWord(bytes[end]) || isFullStop(bytes, at: end))
            if isHit {
                result += Array(replacement.new.utf8)
                index = end
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// A full stop that ends a sentence is no part of a name or an address.
    private static func isFullStop(_ bytes: [UInt8], at index: Int) -> Bool {
        guard bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: ":") else { return false }
        return index + 1 == bytes.count || !isOfWord(bytes[index + 1])
    }

    /// Whether `byte` may be of an address or a name: letters, digits, `.`, `:` and `-`.
    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x80...0xFF: true
        default: false
        }
    }
}

/// What of an event stays as it is on its way into a line.
public struct PrivacyProfile: Equatable, Sendable {
    /// What happens to a field.
    public enum Treatment: String, Sendable, CaseIterable {
        /// Written as it is.
        case clear
        /// Written as something else that is the same each time, and that the key leads back from.
        case pseudonym
        /// Of an address the operator's group alone.
        case group
        /// Not written.
        case drop
    }

    /// Of clients' addresses.
    public var sources = Treatment.clear
    /// Of servers' addresses, and of the resolvers that are asked.
    public var destinations = Treatment.clear
    /// Of the names of flows and questions that concern no AI vendor, where these are written at all.
    public var otherNames = Treatment.clear
    /// Of the method and the path of requests in cleartext: written or not.
    public var paths = Treatment.clear

    /// Everything clear.
    public init() {}

    /// Whether anything is not.
    public var isClear: Bool { self == PrivacyProfile() }

    /// Whether it takes a key: ids of flows and alerts are made of addresses, and have to be hidden with them.
    public var needsKey: Bool { sources != .clear || destinations != .clear || otherNames == .pseudonym }
}
