/// Reads `application/x-www-form-urlencoded` (WHATWG URL, section 5.1): queries and bodies of forms.
package enum FormReader {
    /// The members of `bytes`, in order. Anything can be read; a percent sign without two digits is kept as it is.
    package static func read(_ bytes: [UInt8], budget: inout FieldBudget) throws(FieldError) -> FieldNode {
        var members: [FieldNode.Member] = []
        var offset = 0
        for pair in bytes.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
            defer { offset += pair.count + 1 }
            if pair.isEmpty { continue }
            try budget.takeNode()
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            let name = decoded(pair[..<(equals ?? pair.endIndex)])
            let raw = equals.map { Array(pair[($0 + 1)...]) } ?? []
            let value = decoded(raw[...])
            let start = equals.map { offset + $0 - pair.startIndex + 1 } ?? offset + pair.count
            let content: FieldNode.Content = String(validating: value, as: UTF8.self).map { .text($0) } ?? .bytes(value)
            let node = FieldNode(content, offset: start, raw: raw == value ? nil : raw)
            members.append(.init(name: String(decoding: name, as: UTF8.self), value: node))
        }
        return FieldNode(.object(members))
    }

    /// The bytes that percent encoding and plus signs stand for.
    package static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%"), index + 2 < bytes.endIndex, let high = bytes[index + 1].hexadecimalDigit,
                let low = bytes[index + 2].hexadecimalDigit
            {
                result.append(high << 4 | low)
                index += 3
                continue
            }
            result.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            index += 1
        }
        return result
    }
}
