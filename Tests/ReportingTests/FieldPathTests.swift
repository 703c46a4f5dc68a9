import Events
import Testing

@testable import Reporting

@Test("A field that reports read is a field that events have")
func fieldsOfReportsAreThoseOfEvents() {
    let written = Set(Events.EventField.all.map(\.path))
    for field in Reporting.EventField.allCases {
        #expect(!field.path.isEmpty, "\(field) has no path")
        let isObject = written.contains { $0.hasPrefix(field.path + ".") }
        #expect(written.contains(field.path) || isObject, "\(field.path) is in no event")
    }
}
