import CatalogUpdate
import FuzzSupport

/// A bundle of the catalog as a server may send it.
///
/// The input is an archive, a manifest and a signature file. No archive is a bundle where no key is trusted; a manifest that is read
/// names plain places alone and is the same when it is written and read again.
@c(LLVMFuzzerTestOneInput)
public func testBundle(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe copied(bytes, count)
    do throws(BundleError) {
        _ = try CatalogBundle(archive: input, keys: [], digest: { _ in nil })
        require(false, "a bundle that no one signed")
    } catch {
        require(!error.message.isEmpty, "an error that says nothing")
    }
    if let manifest = try? BundleManifest(input) {
        for file in manifest.files {
            let isPlain = !file.path.contains("..") && !file.path.hasPrefix("/") && file.size >= 0
            require(isPlain, "a place outside a bundle")
        }
        require((try? BundleManifest(manifest.bytes)) == manifest, "a manifest that changes")
    }
    _ = try? DetachedSignature(input, origin: "a")
    return 0
}
