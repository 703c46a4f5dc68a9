import FuzzSupport
import Text
import Vendors

/// A file of the catalog, or of fingerprints.
///
/// The input is either file. It is read, or there are errors that each name a place in it; a file that was read alone can
/// be made a catalog of, or there are errors again, and no look-up in it traps.
@c(LLVMFuzzerTestOneInput)
public func testVendor(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe copied(bytes, count)
    testFingerprints(String(decoding: input, as: UTF8.self))
    do throws(CatalogErrors) {
        let file = try VendorFile(text: String(decoding: input, as: UTF8.self), file: "a.yaml")
        let catalog = try Catalog([[file]])
        _ = catalog.check(generalDomains: ["com", "example.com"])
        for host in ["api.example.com", "example.com", "a.b.c.example.org", ".", ""] {
            _ = catalog.match(host: host)
        }
    } catch {
        requirePlaces(of: error)
    }
    return 0
}

/// Every fingerprint that is read as one alone is found again by itself.
private func testFingerprints(_ text: String) {
    do throws(CatalogErrors) {
        let set = try FingerprintSet([[try FingerprintFile(text: text, file: "a.yaml")]], catalog: Catalog())
        for fingerprint in set.fingerprints where fingerprint.ja4.isExact {
            require(set.match(fingerprint.ja4.text) == fingerprint, "a fingerprint that is not found")
        }
        _ = set.check(on: "2026-11-22")
    } catch {
        requirePlaces(of: error)
    }
}

private func requirePlaces(of errors: CatalogErrors) {
    require(!errors.errors.isEmpty, "a failure without a reason")
    for error in errors.errors {
        require(error.place.line >= 1 && error.place.column >= 1, "an error outside its file")
        require(!error.message.isEmpty, "an error that says nothing")
    }
}
