/// Why bytes from the wire could not be read.
///
/// A trivial enumeration: throwing it allocates nothing, so a sender of malformed packets cannot make the sensor
/// allocate. Which layer it was is known to the caller, who counts it there.
@frozen
public enum ParseError: Error, Equatable, Sendable {
    /// The bytes end before the structure does; more bytes could complete it.
    case truncated
    /// The bytes contradict the specification; no further bytes can mend that.
    case malformed
    /// Well formed, but a version or kind that is not read here.
    case unsupported
}
