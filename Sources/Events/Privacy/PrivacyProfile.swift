/// What of an event stays as it is on its way into a line.
public struct PrivacyProfile: Equatable, Sendable {
    /// What becomes of a field.
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

    /// Everything clear.
    public init() {}

    /// Whether anything is not.
    public var isClear: Bool { self == PrivacyProfile() }

    /// Whether it takes a key: ids of flows and alerts are made of addresses, and have to be hidden with them.
    public var needsKey: Bool { sources != .clear || destinations != .clear || otherNames == .pseudonym }
}
