import Bytes
import Testing

@testable import Flows

@Test("A capture may claim any time of any packet: what is counted stays in range, and nothing traps")
func textTrafficTakesAnyTime() {
    let moments = [Int64.min, -1, 0, 1, .max].map(Timestamp.init(nanoseconds:))
    let question = Array("POST /v1/messages HTTP/1.1\r\n".utf8) + [UInt8](repeating: 0x61, count: 500)
    for first in moments {
        for roundTrip in [Int64.min, -1, 0, .max] {
            for asked in moments {
                for answered in moments {
                    let opened = first.advanced(byNanoseconds: roundTrip)
                    var traffic = TextTraffic(opened: opened, named: first)
                    for _ in 0..<3 {
                        traffic.take(question.rawSpan, isUp: true, sequence: 1, acknowledgment: 1, at: asked)
                        traffic.take(question.rawSpan, isUp: false, sequence: 1, acknowledgment: 1, at: answered)
                    }
                    let summary = traffic.summary
                    #expect((summary?.requests.value ?? 0) <= 3 && (summary?.firstByte ?? 0) >= 0)
                }
            }
        }
    }
}
