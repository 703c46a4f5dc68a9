/// Which sensor, which version of it and which of its runs an event comes from.
public struct SensorIdentity: Equatable, Sendable {
    /// The sensor's id, `gw-hz-03`; the operator's own word.
    public let id: String
    /// The version of egret.
    public let version: String
    /// The run: another for each start of a live sensor, so that a sequence that begins anew is no gap. An offline run
    /// takes the same each time.
    public let boot: String

    /// The sensor `id` at `version` in its run `boot`. Each is cut at 64 characters, so that every line has room.
    public init(id: String, version: String, boot: String) {
        self.id = String(id.prefix(64))
        self.version = String(version.prefix(64))
        self.boot = String(boot.prefix(64))
    }
}
