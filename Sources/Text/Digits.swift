/// Numbers of plain digits.
public enum Digits {
    /// The number of `text`, which holds one to nine ASCII digits and nothing else.
    public static func number(_ text: some StringProtocol) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
