import Glibc

/// Ends the run, with what is wrong on standard error, where `isTrue` is false: `precondition` is silent in a build that
/// is optimized.
public func require(_ isTrue: Bool, _ fault: @autoclosure () -> String) {
    if isTrue { return }
    let text = "REQUIRED: \(fault())\n"
    // SAFETY: the buffer is the text's own, borrowed for the call.
    _ = unsafe Array(text.utf8).withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    preconditionFailure()
}

/// Holds that two readings found the same, and shows both where they did not.
public func requireSame<Value: Equatable>(_ left: Value, _ right: Value, _ fault: String) {
    require(left == right, "\(fault):\n  \(left)\n  \(right)")
}
