import ByteScanning
import Bytes

/// The text of paths.
package enum FieldPath {
    /// The longest name that a path shows in full, in bytes of UTF-8.
    static let longestName = 128

    /// The step from an object to a member: `.name`, or `["na.me"]` if the name holds a character of the path's own.
    ///
    /// The second and later members of the same name are numbered: `.name#2`.
    package static func step(_ name: String, occurrence: Int = 1) -> String {
        let suffix = occurrence > 1 ? "#\(occurrence)" : ""
        if isPlain(name) { return "." + name + suffix }
        return "[\"" + escaped(name) + "\"]" + suffix
    }

    /// The path without positions: `body.messages[].content[].text`.
    package static func withoutPositions(_ path: String) -> String {
        var result: [UInt8] = []
        var isInside = false
        for character in path.utf8 {
            let digit = (0x30...0x39).contains(character)
            if character == UInt8(ascii: "[") { isInside = true } else if !digit { isInside = false }
            if isInside && digit { continue }
            result.append(character)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The last name of a path, without layers, positions and numbers: `text` of `body.content[1].text~base64`.
    package static func lastName(_ path: String) -> String {
        // By bytes, since it is asked for each field: the signs of a path are of ASCII.
        let bytes = path.utf8.span.raw
        var end = bytes.byteCount
        if let layer = bytes.firstIndex(of: UInt8(ascii: "~"), in: 0..<end),
            bytes.firstIndex(of: UInt8(ascii: "."), in: layer..<end) == nil
        {
            end = layer
        }
        while bytes.byte(at: end - 1) == UInt8(ascii: "]"), let open = lastIndex(of: UInt8(ascii: "["), bytes, end) {
            end = open
        }
        while bytes.byte(at: end - 1) == UInt8(ascii: ".") { end -= 1 }
        let start = lastIndex(of: UInt8(ascii: "."), bytes, end).map { $0 + 1 } ?? 0
        var stop = start
        while stop < end, let byte = bytes.byte(at: stop), byte != UInt8(ascii: "#"), byte != UInt8(ascii: "~") {
            stop += 1
        }
        return bytes.text(start..<stop)
    }

    /// The offset of the last `byte` before `end`, or `nil`.
    private static func lastIndex(of byte: UInt8, _ bytes: RawSpan, _ end: Int) -> Int? {
        var index = end - 1
        while index >= 0, bytes.byte(at: index) != byte { index -= 1 }
        return index >= 0 ? index : nil
    }

    private static func isPlain(_ name: String) -> Bool {
        guard !name.isEmpty, name.utf8.count <= longestName else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x24, 0x2D, 0x5F: true
            default: false
            }
        }
    }

    private static func escaped(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            if result.utf8.count > longestName { return result + "…" }
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\u{0}"..<" ", "\u{7F}"..<"\u{A0}": result += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
