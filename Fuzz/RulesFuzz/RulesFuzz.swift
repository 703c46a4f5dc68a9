import FuzzSupport
import Rules
import Text

/// A rule file.
///
/// The input is the file; a list that it names has a few lines. Either there are rules or there are errors, never both;
/// every error names a place in the file and shows in every format. Rules that were read run their own tests.
@c(LLVMFuzzerTestOneInput)
public func testRules(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe copied(bytes, count)
    let load = RuleSet.load([RuleSource(name: "a.yaml", bytes: input)]) { _ in
        Array("# hosts\napi.example.com\n10.0.0.0/8\n\nexample.org  # why\n".utf8)
    }
    let lines = 1 + input.count(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") })
    require((load.rules == nil) != load.report.isClean, "rules with errors, or neither")
    require(load.report.diagnostics.count <= 1_000, "errors without a bound")
    for diagnostic in load.report.sorted where diagnostic.position.file == "a.yaml" {
        require((1...lines + 3 * input.count).contains(diagnostic.position.line), "an error outside the file")
        require(diagnostic.position.column >= 1, "an error outside its line")
        require(!diagnostic.message.isEmpty, "an error that says nothing")
    }
    for format in [DiagnosticReport.Format.text, .json, .sarif] {
        require(!load.report.rendered(as: format).isEmpty || load.report.isClean, "errors that do not show")
    }
    if let rules = load.rules { _ = RuleTestRunner { _, _ in nil }.run(rules) }
    return 0
}
