/// What is known of the requests of an HTTP/2 client: whether their bodies come in records of their own, how long heads
/// are, and how many bodies go on. The first head says most in full, and those behind it are compressed by it (RFC 7541).
struct HTTP2Heads: Sendable {
    /// The longest head that a body followed in a record of its own; 0 before there was one.
    private var longestApart = 0
    /// Bodies that began apart and that no empty frame has ended.
    private var open = 0
    /// Whether the client ends bodies with an empty frame.
    private var endsBodies = false
    /// Whether requests were seen to go out side by side.
    var areSideBySide = false

    /// Notes that the body of a request came in a record behind the head, which has `size` bytes.
    mutating func noteApart(_ size: Int) {
        longestApart = max(longestApart, size)
        open &+= 1
    }

    /// Notes an empty frame that ended a body.
    mutating func noteEnd() {
        endsBodies = true
        open = max(0, open &- 1)
    }

    /// Whether a record of `size` bytes that comes behind an answer is a piece of a body all the same: it is too long for
    /// a head of a client that sends bodies apart, and a body goes on, or may.
    func goesOn(_ size: Int) -> Bool {
        guard longestApart > 0, size > longestApart &* 2 else { return false }
        return endsBodies ? open > 0 : areSideBySide
    }

    /// Whether a record of `size` bytes in the midst of an upload is the head of another request.
    func isBeside(_ size: Int) -> Bool {
        areSideBySide && size >= HTTP2Sizes.smallestHeaders && size <= longestApart
    }
}
