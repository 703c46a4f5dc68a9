import Bytes

/// Which row of a day's inventory: a source and a product. Empty texts stand for what is not known.
struct InventoryKey: Hashable, Sendable {
    let source: IPAddress
    let vendor: String
    let product: String

    /// Hashes the source alone: it has few products, and texts are dear to hash.
    func hash(into hasher: inout Hasher) { hasher.combine(source) }
}
