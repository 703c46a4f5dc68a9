import Bytes

extension JSONWriter {
    /// The greatest whole number that every JSON reader keeps exactly (RFC 8259 section 6): 2^53 - 1.
    public static var maximumInteger: Int64 { 9_007_199_254_740_991 }

    /// Writes a whole number under `key`; one past plus or minus 2^53 - 1 is written as that.
    public mutating func integer(_ key: StaticString, _ value: some BinaryInteger) {
        self.key(key)
        digits(value)
    }

    /// Writes a whole number under `key` if there is one.
    public mutating func integer(_ key: StaticString, _ value: (some BinaryInteger)?) {
        if let value { integer(key, value) }
    }

    /// Writes a whole number under `key`, a word that is known only at run time.
    public mutating func integer(word key: String, _ value: some BinaryInteger) {
        self.key(word: key)
        digits(value)
    }

    /// Writes a whole number under a key that is no word of the schema, and may need escapes.
    public mutating func integer(foreign key: String, _ value: some BinaryInteger) {
        foreignKey(key)
        digits(value)
    }

    /// Writes an array of whole numbers under `key` if there is any.
    public mutating func integers(_ key: StaticString, _ values: [some BinaryInteger]) {
        guard !values.isEmpty else { return }
        beginArray(key)
        for value in values {
            separate()
            digits(value)
        }
        endArray()
    }

    /// Writes `nanoseconds` as seconds under `key`: exact, shortest, always with a decimal point, so that a reader that
    /// guesses types from the first event guesses the same every time.
    public mutating func seconds(_ key: StaticString, nanoseconds: Int64) {
        self.key(key)
        decimalSeconds(nanoseconds)
    }

    /// Appends `nanoseconds` as seconds.
    mutating func decimalSeconds(_ nanoseconds: Int64) {
        if nanoseconds < 0 { bytes.append(UInt8(ascii: "-")) }
        let magnitude = nanoseconds.magnitude
        bytes.append(decimal: magnitude / 1_000_000_000)
        bytes.append(UInt8(ascii: "."))
        fraction(magnitude % 1_000_000_000)
    }

    /// Writes `value` under `key`: the shortest digits that read back as the same number, always with a decimal point
    /// and never with an exponent.
    ///
    /// What JSON cannot say (not a number, infinity) leaves the field out; what is past plus or minus 2^53 - 1 is
    /// written as that.
    public mutating func double(_ key: StaticString, _ value: Double?) {
        guard let value, value.isFinite else { return }
        self.key(key)
        decimal(value)
    }

    /// Appends a finite number.
    mutating func decimal(_ value: Double) {
        let bound = Double(Self.maximumInteger)
        let clamped = min(max(value, -bound), bound)
        let text = clamped.description
        if text.utf8.contains(UInt8(ascii: "e")) {
            expandExponent(text)
        } else {
            ascii(text)
        }
    }

    /// Writes `value` in hexadecimal, `count` digits, as a text under `key`.
    public mutating func hexadecimal(_ key: StaticString, _ value: UInt64, count: Int) {
        self.key(key)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(hexadecimal: value, count: count)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends a whole number, clamped to what every JSON reader keeps.
    mutating func digits(_ value: some BinaryInteger) {
        let clamped = min(max(Int64(clamping: value), -Self.maximumInteger), Self.maximumInteger)
        if clamped < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes.append(decimal: clamped.magnitude)
    }

    /// Appends billionths without the zeros at the end, one digit at least.
    private mutating func fraction(_ billionths: UInt64) {
        var value = billionths
        var width = 9
        while width > 1, value % 10 == 0 {
            value /= 10
            width -= 1
        }
        bytes.append(padded: value, width: width)
    }

    /// Appends `1.25e-07` as `0.000000125`. Numbers are clamped before, so the exponent is negative.
    private mutating func expandExponent(_ text: String) {
        let parts = text.split(separator: "e")
        guard parts.count == 2, let exponent = Int(parts[1]), exponent < 0 else { return bytes.append("0.0") }
        if parts[0].hasPrefix("-") { bytes.append(UInt8(ascii: "-")) }
        bytes.append("0.")
        for _ in 1..<max(1, -exponent) { bytes.append(UInt8(ascii: "0")) }
        for byte in parts[0].utf8 where (0x30...0x39).contains(byte) { bytes.append(byte) }
    }
}
