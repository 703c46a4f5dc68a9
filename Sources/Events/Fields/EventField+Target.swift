import Bytes

extension EventField {
    /// Where the value goes in another schema.
    package struct Target: Sendable, ExpressibleByStringLiteral {
        /// Which events have the place.
        package enum Scope: Sendable {
            /// All.
            case all
            /// Flows and questions; of an alert it is a part of its evidence.
            case network
            /// Flows and questions alone; of an alert the field keeps its own name.
            case flow
        }

        /// The path in the other schema; `evidences[]` is the one element of a list.
        package let path: String
        /// What happens to the value on its way.
        let conversion: Conversion
        /// Which events have the place.
        package let scope: Scope

        init(_ path: String, _ conversion: Conversion = .same, in scope: Scope = .all) {
            self.path = path
            self.conversion = conversion
            self.scope = scope
        }

        /// The place at `path`, of a value that stays as it is.
        package init(stringLiteral path: String) { self.init(path) }
    }

    /// What happens to a value on its way into another schema.
    enum Conversion: Sendable {
        /// It stays as it is.
        case same
        /// A moment into milliseconds since 1970.
        case milliseconds
        /// Seconds into nanoseconds.
        case toNanoseconds
        /// Seconds into milliseconds.
        case toMilliseconds
        /// A number into a text.
        case toText
        /// A word into a number of the other schema; words that are not there into the last.
        case words([String: String], other: String)

        /// The value as the other schema has it; `nil` if it has no such form.
        func apply(to value: EventValue) -> EventValue? {
            switch (self, value) {
            case (.same, _): value
            case (.milliseconds, .time(let time)): .integer(Self.milliseconds(time))
            case (.toNanoseconds, .duration(let nanoseconds)): .integer(nanoseconds)
            case (.toMilliseconds, .duration(let nanoseconds)): .integer(nanoseconds / 1_000_000)
            case (.toText, .integer(let number)): .keyword("\(number)")
            case (.words(let words, let other), _):
                value.text.flatMap { Int64(words[$0] ?? other) }.map { .integer($0) }
            default: nil
            }
        }

        /// The milliseconds since 1970, rounded down also before it.
        private static func milliseconds(_ time: Timestamp) -> Int64 {
            let rest = time.nanoseconds % 1_000_000
            return time.nanoseconds / 1_000_000 - (rest < 0 ? 1 : 0)
        }
    }
}
