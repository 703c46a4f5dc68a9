public import Text

/// One file of the catalog as it was read: a vendor, or nobody's shared hosts, with places for later errors.
///
/// Reading takes text and a name and does no I/O; `docs/CATALOG.md` describes the format.
public struct VendorFile: Sendable {
    /// The file's name as it was given.
    public var file: String
    /// The vendor; nothing in a file of hosts that many companies share.
    public var vendor: Vendor?
    /// Where the vendor's id stands; the file's beginning where it has none.
    public var vendorPlace: SourcePosition
    /// The category of entries without a product.
    public var category: Category
    /// The entries in the order of the file. The category of one with a product is filled in by the catalog, since
    /// the product may stand in another directory's file of the same vendor.
    public var entries: [CatalogEntry]

    /// The largest file in bytes that is read.
    public static let maximumBytes = 4 << 20
}
