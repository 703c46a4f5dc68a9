import Text

extension DiagnosticReport {
    /// A form in which a report is printed.
    public enum Format: String, Sendable, CaseIterable {
        /// A line an error, as compilers print it, and the summary.
        case text
        /// One JSON object, for tools.
        case json
        /// SARIF 2.1.0, for code review.
        case sarif
    }

    /// The report as `format`, ending with a line end.
    public func rendered(as format: Format) -> String {
        switch format {
        case .text: text
        case .json: json
        case .sarif: sarif
        }
    }

    private var text: String {
        sorted.map { "\($0)\n" }.joined() + summary + "\n"
    }

    private var json: String {
        let errors = sorted.map { diagnostic in
            var members = [
                "\"code\":\(JSONText.quoted(diagnostic.code.rawValue))",
                "\"file\":\(JSONText.quoted(diagnostic.position.file))",
                "\"line\":\(diagnostic.position.line)",
                "\"column\":\(diagnostic.position.column)",
                "\"message\":\(JSONText.quoted(diagnostic.message))",
            ]
            if let suggestion = diagnostic.suggestion {
                members.append("\"suggestion\":\(JSONText.quoted(suggestion))")
            }
            return "{\(members.joined(separator: ","))}"
        }
        return "{\"files\":\(files),\"rules\":\(rules),\"tests\":\(tests),\"omitted\":\(omitted),"
            + "\"errors\":[\(errors.joined(separator: ","))]}\n"
    }

    private var sarif: String {
        let results = sorted.map { diagnostic in
            let region =
                "\"region\":{\"startLine\":\(diagnostic.position.line),\"startColumn\":\(diagnostic.position.column)}"
            let file = "\"artifactLocation\":{\"uri\":\(JSONText.quoted(diagnostic.position.file))}"
            return "{\"ruleId\":\(JSONText.quoted(diagnostic.code.rawValue)),\"level\":\"error\","
                + "\"message\":{\"text\":\(JSONText.quoted(diagnostic.message))},"
                + "\"locations\":[{\"physicalLocation\":{\(file),\(region)}}]}"
        }
        return "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":["
            + "{\"tool\":{\"driver\":{\"name\":\"egret\",\"rules\":[]}},\"columnKind\":\"unicodeCodePoints\","
            + "\"results\":[\(results.joined(separator: ","))]}]}\n"
    }
}
