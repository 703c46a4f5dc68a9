import FuzzSupport
import Vendors

/// A file of the catalogue.
///
/// The input is the file. It is read, or there are errors that each name a place in it; a file that was read alone can
/// be made a catalogue of, or there are errors again, and no look-up in it traps.
@c(LLVMFuzzerTestOneInput)
public func testVendor(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe copied(bytes, count)
    do throws(CatalogueErrors) {
        let file = try VendorFile(text: String(decoding: input, as: UTF8.self), file: "a.yaml")
        let catalogue = try Catalogue([[file]])
        _ = catalogue.check(generalDomains: ["com", "example.com"])
        for host in ["api.example.com", "example.com", "a.b.c.example.org", ".", ""] {
            _ = catalogue.match(host: host)
        }
    } catch {
        require(!error.errors.isEmpty, "a failure without a reason")
        for error in error.errors {
            require(error.place.line >= 1 && error.place.column >= 1, "an error outside its file")
            require(!error.message.isEmpty, "an error that says nothing")
        }
    }
    return 0
}
