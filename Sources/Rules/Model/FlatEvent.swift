import Bytes

/// An observation as people write it: fields and their values; what is left out is filled in.
struct FlatEvent: Sendable {
    /// The moment, where it is given.
    var time: Timestamp?
    /// The fields that are given.
    var values: [(field: Field, value: FieldValue)] = []
    /// How many times it happens.
    var times = 1
    /// The time between two.
    var every: Int64 = 1_000_000_000
    /// The address field that is counted up from one to the next.
    var vary: Field?
}
