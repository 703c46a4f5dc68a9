import Glibc

/// The system's words for an error number.
func systemMessage(_ code: Int32) -> String {
    // Invariant: `strerror` returns a terminated string that is copied before anything else runs on this thread.
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
}

/// The text in a buffer that a C function filled, up to its end mark.
func bufferText(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
