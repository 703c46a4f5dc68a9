// The one file of this module that does I/O: it lists directories and reads files, for which the standard library has
// nothing, and hands texts to the readers, which do none.
import Foundation
import Text

extension Catalogue {
    /// Reads every `.yaml` file that stands directly in `directories` and makes them one catalogue.
    ///
    /// Later directories override earlier ones entry by entry. Hidden files are passed over. Throws all errors of all
    /// files in one run, those of entries against one another among them.
    public static func load(_ directories: [String]) throws(CatalogueErrors) -> Catalogue {
        var errors: [CatalogueError] = []
        let read = directories.map { directory in
            let (files, failures) = files(in: directory) { bytes, file throws(CatalogueErrors) in
                try VendorFile(bytes: bytes, file: file)
            }
            errors += failures
            return files
        }
        let isWhole = errors.isEmpty
        do throws(CatalogueErrors) {
            let catalogue = try Catalogue(read)
            if isWhole { return catalogue }
        } catch {
            // A product can be unknown only because the file that describes it does not read.
            errors += error.errors.filter { isWhole || $0.code != .unknownProduct }
        }
        throw CatalogueErrors(errors)
    }

    fileprivate static func files<File>(
        in directory: String, read: (_ bytes: [UInt8], _ file: String) throws(CatalogueErrors) -> File
    ) -> ([File], [CatalogueError]) {
        var files: [File] = []
        var errors: [CatalogueError] = []
        do throws(CatalogueErrors) {
            for path in try paths(in: directory) {
                do throws(CatalogueErrors) {
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

    private static func paths(in directory: String) throws(CatalogueErrors) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw failure(directory, .unreadable, "the directory cannot be read")
        }
        let files = names.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.sorted()
        guard !files.isEmpty else { throw failure(directory, .empty, "the directory holds no .yaml file") }
        return files.map { directory.hasSuffix("/") ? directory + $0 : "\(directory)/\($0)" }
    }

    private static func bytes(of path: String) throws(CatalogueErrors) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw failure(path, .unreadable, "the file cannot be read")
        }
        defer { try? handle.close() }
        // One byte more than is allowed shows that a file is too large without reading all of it.
        guard let data = try? handle.read(upToCount: VendorFile.maximumBytes + 1) else { return [] }
        return Array(data)
    }

    private static func failure(
        _ file: String, _ code: CatalogueError.Code, _ message: String
    ) -> CatalogueErrors {
        CatalogueErrors([CatalogueError(code, message, at: SourcePosition(file: file, line: 1, column: 1))])
    }
}

extension FingerprintSet {
    /// Reads every `.yaml` file that stands directly in `directories` and makes them one set, as `Catalogue.load` does.
    ///
    /// Throws all errors of all files in one run, among them, where they are `refused`, vendors and products that
    /// `catalogue` does not have.
    public static func load(
        _ directories: [String], catalogue: Catalogue, unknownOwners: UnknownOwner = .refused
    ) throws(CatalogueErrors) -> FingerprintSet {
        var errors: [CatalogueError] = []
        let read = directories.map { directory in
            let (files, failures) = Catalogue.files(in: directory) { bytes, file throws(CatalogueErrors) in
                try FingerprintFile(bytes: bytes, file: file)
            }
            errors += failures
            return files
        }
        do throws(CatalogueErrors) {
            let set = try FingerprintSet(read, catalogue: catalogue, unknownOwners: unknownOwners)
            if errors.isEmpty { return set }
        } catch {
            errors += error.errors
        }
        throw CatalogueErrors(errors)
    }
}
