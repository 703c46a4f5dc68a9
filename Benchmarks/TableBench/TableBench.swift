import Foundation

/// What look-ups in large tables and evaluation of many rules cost: one experiment a run, its figures as one JSON object.
///
/// `names N`: a table of N names, its bytes, and the time of a look-up beside that of one read of far memory.
/// `ask-names N Q`, `ask-prefixes N Q`, `ask-rules N Q`: the same tables asked Q times and nothing else, to be counted.
/// `groups N`: the bytes of a threshold's table with N groups.
/// `rules N`: the bytes of N rules, and how many are always asked.
@main
struct TableBench {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        let numbers = arguments.dropFirst().compactMap { Int($0) }
        let (count, questions) = (numbers.first ?? 0, numbers.dropFirst().first ?? 0)
        switch arguments.first {
        case "names": report(NameBench(count).timed())
        case "ask-names": report(["found": Double(NameBench(count).ask(questions))])
        case "ask-prefixes": report(["found": Double(PrefixBench(count).ask(questions))])
        case "rules": report(RuleBench(count).size())
        case "ask-rules": report(["alerts": Double(RuleBench(count).ask(questions))])
        case "groups": report(GroupBench(count).size())
        default:
            print(
                "usage: TableBench names|ask-names|ask-prefixes|rules|ask-rules|groups COUNT [QUESTIONS]"
            )
            exit(2)
        }
    }

    private static func report(_ figures: [String: Double]) {
        let members = figures.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        print("{\(members.joined(separator: ", "))}")
    }
}

/// The bytes of memory that the process has now, as the kernel counts them: what was freed and not given back, too.
func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4_096
}

/// Numbers that look random and are the same in every run.
struct Dice {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// A number below `bound`.
    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int((state >> 11) % UInt64(bound))
    }
}
