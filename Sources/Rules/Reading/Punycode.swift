/// The form in which DNS has letters beyond ASCII (RFC 3492), as far as a suggestion needs it: encoding, of text that is in lower
/// case and composed already.
enum Punycode {
    /// The encoded `label` without its `xn--`; `nil` if it is too long.
    static func encoded(_ label: some StringProtocol) -> String? {
        let scalars = label.unicodeScalars.map(\.value)
        guard scalars.count <= longest else { return nil }
        var output = scalars.filter { $0 < 0x80 }
        let basic = output.count
        var handled = basic
        if basic > 0 { output.append(delimiter) }
        var (next, delta, bias) = (firstCode, UInt32(0), firstBias)
        while handled < scalars.count {
            guard let code = scalars.filter({ $0 >= next }).min() else { return nil }
            // Both factors are small: code points are below 2^21, and a label has at most 63 of them.
            delta += (code - next) * UInt32(handled + 1)
            next = code
            for scalar in scalars {
                if scalar < next { delta += 1 }
                guard scalar == next else { continue }
                append(delta, bias, to: &output)
                bias = adapted(delta, points: UInt32(handled + 1), isFirst: handled == basic)
                delta = 0
                handled += 1
            }
            delta += 1
            next += 1
        }
        return String(String.UnicodeScalarView(output.compactMap { Unicode.Scalar($0) }))
    }

    /// A variable-length integer (section 3.3).
    private static func append(_ delta: UInt32, _ bias: UInt32, to output: inout [UInt32]) {
        var (rest, position) = (delta, base)
        while true {
            let threshold = position <= bias ? least : position >= bias + most ? most : position - bias
            guard rest >= threshold else { break }
            output.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            position += base
        }
        output.append(digit(rest))
    }

    /// The bias for the next integer (section 3.4).
    private static func adapted(_ delta: UInt32, points: UInt32, isFirst: Bool) -> UInt32 {
        var rest = isFirst ? delta / damp : delta / 2
        rest += rest / points
        var position: UInt32 = 0
        while rest > (base - least) * most / 2 {
            rest /= base - least
            position += base
        }
        return position + (base - least + 1) * rest / (rest + skew)
    }

    private static func digit(_ value: UInt32) -> UInt32 { value < 26 ? value + 0x61 : value - 26 + 0x30 }

    /// The parameters of section 5.
    private static let base: UInt32 = 36
    private static let least: UInt32 = 1
    private static let most: UInt32 = 26
    private static let skew: UInt32 = 38
    private static let damp: UInt32 = 700
    private static let firstBias: UInt32 = 72
    private static let firstCode: UInt32 = 0x80
    private static let delimiter: UInt32 = 0x2D
    private static let longest = 63
}
