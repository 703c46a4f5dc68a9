/// The bounds of what is decoded out of one request.
package struct FieldLimits: Sendable {
    /// Objects, arrays and messages inside one another in one layer.
    package var depth = 96
    /// Encodings inside one another.
    package var layers = 6
    /// Values of one request, over all layers.
    package var nodes = 1 << 20
    /// Bytes that all layers of one request together may produce.
    package var decodedBytes = 64 << 20
    /// Whether the bytes of a JSON string with escapes are kept beside its text, as comparisons need them.
    package var keepsRaw = true

    /// The default bounds.
    package init() {}
}

/// Why bytes could not be read as what they were said to be.
package enum FieldError: Error, Equatable, Sendable {
    /// The bytes are not of the format; the offset of the first byte that is not.
    case malformed(at: Int)
    /// A bound of `FieldLimits` is exceeded.
    case limit
}

/// What is left of the bounds while one request is decoded.
package struct FieldBudget: Sendable {
    /// The bounds.
    package let limits: FieldLimits
    /// Values that were made.
    package private(set) var nodes = 0
    /// Bytes that layers produced.
    package private(set) var bytes = 0
    /// The number of values that were left undecoded because a bound was reached.
    package private(set) var refused = 0

    /// A budget that is not used yet.
    package init(limits: FieldLimits = FieldLimits()) { self.limits = limits }

    /// Counts one value.
    package mutating func takeNode() throws(FieldError) {
        guard nodes < limits.nodes else {
            refused += 1
            throw .limit
        }
        nodes += 1
    }

    /// Counts the bytes that a layer produced.
    package mutating func take(bytes count: Int) throws(FieldError) {
        guard count <= limits.decodedBytes - bytes else {
            refused += 1
            throw .limit
        }
        bytes += count
    }

    /// The bytes that layers may still produce.
    package var remainingBytes: Int { limits.decodedBytes - bytes }
}
