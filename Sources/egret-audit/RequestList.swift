import AuditInput
import HTTPDecoding

/// The requests of a recording for people: a line each, values left out.
enum RequestList {
    /// The lines.
    static func lines(_ reading: AuditReading) -> [String] {
        var lines = ["\(reading.totals.requests) requests on \(reading.connections.count) connections"]
        for exchange in reading.exchanges {
            let status = exchange.response?.status.map { " -> \($0)" } ?? " -> no answer recorded"
            let cut = exchange.request.body.isComplete ? "" : ", not complete"
            lines.append(
                "\(exchange.number)  \(printable(exchange.request.method)) \(printable(exchange.request.authority))"
                    + "\(printable(exchange.request.path))  \(exchange.request.body.count) bytes\(cut)\(status)")
        }
        return lines
    }

    /// Without characters that a terminal would act on.
    private static func printable(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "?" : Character($0) })
    }
}
