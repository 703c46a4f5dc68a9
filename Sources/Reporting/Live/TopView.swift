/// What a person chose in `egret top`, and what the keys change.
public struct TopView: Sendable, Equatable {
    /// By what products and sources are sorted.
    public enum Order: String, Sendable, CaseIterable {
        /// Bytes both ways, the most first.
        case bytes
        /// Bytes sent, the most first.
        case sent
        /// Requests, the most first.
        case requests
        /// Flows, the most first.
        case flows
        /// Names, in their order.
        case name

        /// The place in `LiveRow.totals` by which rows are ranked; several are added up; none for names.
        var places: [Int] {
            switch self {
            case .bytes: [1, 2]
            case .sent: [1]
            case .requests: [3]
            case .flows: [0]
            case .name: []
            }
        }
    }

    /// By what products and sources are sorted.
    public var order = Order.bytes
    /// Only rows in which this text is found, in any case; empty for all.
    public var filter = ""
    /// Whether the frame stays as it is.
    public var isPaused = false
    /// Whether keys are letters of the filter.
    public private(set) var isTyping = false
    /// Whether the keys are explained.
    public private(set) var showsHelp = false

    /// The view that one begins with.
    public init() {}

    /// What is to be done after a key.
    public enum Action: Sendable, Equatable {
        /// Draw again.
        case draw
        /// End.
        case quit
        /// Stop until the process is continued.
        case suspend
    }

    /// Takes a key: one byte of it.
    public mutating func press(_ byte: UInt8) -> Action {
        switch byte {
        case 0x03, 0x1C: return .quit
        case 0x1A: return .suspend
        default: break
        }
        if isTyping { return type(byte) }
        switch Character(UnicodeScalar(byte)) {
        case "q", "Q": return .quit
        case "p", " ": isPaused.toggle()
        case "s": order = Self.next(after: order)
        case "b": order = .bytes
        case "u": order = .sent
        case "r": order = .requests
        case "f": order = .flows
        case "n": order = .name
        case "/": isTyping = true
        case "h", "?": showsHelp.toggle()
        case "\u{1B}": (filter, showsHelp) = ("", false)
        default: break
        }
        return .draw
    }

    private mutating func type(_ byte: UInt8) -> Action {
        switch byte {
        case 0x0A, 0x0D: isTyping = false
        case 0x1B: (isTyping, filter) = (false, "")
        case 0x08, 0x7F: if !filter.isEmpty { filter.removeLast() }
        case 0x20...0x7E where filter.utf8.count < Self.filterLimit: filter.unicodeScalars.append(UnicodeScalar(byte))
        default: break
        }
        return .draw
    }

    private static func next(after order: Order) -> Order {
        let all = Order.allCases
        let place = (all.firstIndex(of: order) ?? 0) + 1
        return all[place % all.count]
    }

    private static var filterLimit: Int { 64 }
}
