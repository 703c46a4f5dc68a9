// The one file of this module that does I/O: it lists directories and reads files, for which the standard library has
// nothing, and hands texts to the readers, which do none.
import Foundation
import Text

extension Catalog {
    /// Reads every `.yaml` file and every table (`.tsv`) that is directly in `directories` and makes them one catalog.
    ///
    /// Later directories override earlier ones entry by entry. Hidden files are passed over. Throws all errors of all
    /// files in one run, those of entries against one another among them.
    public static func load(_ directories: [String]) throws(CatalogErrors) -> Catalog {
        var errors: [CatalogError] = []
        let read = directories.map { directory in
            let (files, failures) = files(in: directory) { bytes, file throws(CatalogErrors) in
                try Self.files(bytes: bytes, file: file)
            }
            errors += failures
            return files.flatMap(\.self)
        }
        let isWhole = errors.isEmpty
        do throws(CatalogErrors) {
            let catalog = try Catalog(read)
            if isWhole { return catalog }
        } catch {
            // A product can be unknown only because the file that describes it does not read.
            errors += error.errors.filter { isWhole || $0.code != .unknownProduct }
        }
        throw CatalogErrors(errors)
    }

    /// The vendors in the bytes of one file, a table if its name ends in `.tsv`. Throws every error that the file alone can show.
    public static func files(bytes: [UInt8], file: String) throws(CatalogErrors) -> [VendorFile] {
        file.hasSuffix(".tsv")
            ? try VendorTable.read(bytes: bytes, file: file) : [try VendorFile(bytes: bytes, file: file)]
    }

    fileprivate static func files<File>(
        in directory: String, read: (_ bytes: [UInt8], _ file: String) throws(CatalogErrors) -> File
    ) -> ([File], [CatalogError]) {
        var files: [File] = []
        var errors: [CatalogError] = []
        do throws(CatalogErrors) {
            for path in try paths(in: directory) {
                do throws(CatalogErrors) {
                    files.append(try read(try bytes(of: path), path))
                } catch {
                    errors += error.errors
                }
            }
        } catch {
            errors += error.errors
        }
        return (files, errors)
    }

    private static func paths(in directory: String) throws(CatalogErrors) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw failure(.unreadable, "the directory cannot be read", in: directory)
        }
        let files = names.filter { ($0.hasSuffix(".yaml") || $0.hasSuffix(".tsv")) && !$0.hasPrefix(".") }.sorted()
        guard !files.isEmpty else { throw failure(.empty, "the directory holds no .yaml file", in: directory) }
        return files.map { directory.hasSuffix("/") ? directory + $0 : "\(directory)/\($0)" }
    }

    private static func bytes(of path: String) throws(CatalogErrors) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw failure(.unreadable, "the file cannot be read", in: path)
        }
        defer { try? handle.close() }
        // One byte more than is allowed shows that a file is too large without reading all of it.
        guard let data = try? handle.read(upToCount: VendorFile.maximumBytes + 1) else { return [] }
        return Array(data)
    }

    private static func failure(
        _ code: CatalogError.Code, _ message: String, in file: String
    ) -> CatalogErrors {
        CatalogErrors([CatalogError(code, message, at: SourcePosition(file: file, line: 1, column: 1))])
    }
}

extension FingerprintSet {
    /// Reads every `.yaml` file directly in `directories` and makes them one set, as `Catalog.load` does.
    ///
    /// Throws all errors of all files in one run, among them, if they are `refused`, vendors and products that
    /// `catalog` does not have.
    public static func load(
        _ directories: [String], catalog: Catalog, unknownOwners: UnknownOwner = .refused
    ) throws(CatalogErrors) -> FingerprintSet {
        var errors: [CatalogError] = []
        let read = directories.map { directory in
            let (files, failures) = Catalog.files(in: directory) { bytes, file throws(CatalogErrors) in
                try FingerprintFile(bytes: bytes, file: file)
            }
            errors += failures
            return files
        }
        do throws(CatalogErrors) {
            let set = try FingerprintSet(read, catalog: catalog, unknownOwners: unknownOwners)
            if errors.isEmpty { return set }
        } catch {
            errors += error.errors
        }
        throw CatalogErrors(errors)
    }
}
