// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "egret",
    products: [
        .executable(name: "egret", targets: ["egret"]),
        .executable(name: "egret-audit", targets: ["egret-audit"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C code: module maps of system libraries, and small shims (CBytes, CHost).
        .target(name: "CBytes"),
        .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
        .systemLibrary(name: "CCurl"),
        .systemLibrary(name: "CSodium"),
        .systemLibrary(name: "CPsl", pkgConfig: "libpsl", providers: [.apt(["libpsl-dev"])]),
        .systemLibrary(name: "CHost", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        // The modules, lowest first: a target may import only targets listed above it.
        .target(name: "Bytes", dependencies: ["CBytes"]),
        .target(name: "Wire", dependencies: ["Bytes"]),
        .target(
            name: "Protocols",
            dependencies: [
                "Bytes", "Wire",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]),
        .target(
            name: "Flows",
            dependencies: ["Bytes", "Wire", "Protocols", .product(name: "Crypto", package: "swift-crypto")]),
        .target(name: "Text", dependencies: ["Yams"]),
        .target(name: "Vendors", dependencies: ["Bytes", "Protocols", "Flows", "Text"]),
        .target(
            name: "Rules",
            dependencies: [
                "Bytes", "Protocols", "Flows", "Text", "Vendors", .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(name: "Activity", dependencies: ["Bytes", "Protocols", "Flows", "Vendors", "Rules"]),
        .target(name: "Archive", dependencies: ["CZstd"]),
        .target(name: "Delivery", dependencies: ["CCurl", "CSodium"]),
        .target(
            name: "Status",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .target(
            name: "Events",
            dependencies: [
                "Bytes", "Archive", "Delivery", "Protocols", "Flows", "Text", "Vendors", "Rules", "Activity",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .target(name: "Capture", dependencies: ["Bytes", "CBytes", "CPcap", "CZlib", "CZstd"]),
        // Catalog updates. No module of the sensor may import this one: an update is a process of its own.
        .target(
            name: "CatalogUpdate",
            dependencies: [
                "Bytes", "Protocols", "Text", "Vendors", "Archive", "Delivery", "Capture",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(
            name: "Reporting",
            dependencies: [
                "Bytes", "Text", "Rules", "Capture", .product(name: "Crypto", package: "swift-crypto"),
            ]),
        // The tables of a fleet, what is sent to them, and what rules find in them. Only the tool imports it.
        .target(
            name: "Fleet",
            dependencies: ["Bytes", "Archive", "Rules", "Events", "Capture", "Reporting"]),
        .target(name: "PublicSuffix", dependencies: ["CPsl"]),
        .target(name: "Settings", dependencies: ["Bytes", "Text", "Rules", "Delivery", "Events"]),
        .target(name: "Host", dependencies: ["CHost"]),
        .target(
            name: "Monitor",
            dependencies: [
                "Bytes", "Wire", "Protocols", "Flows", "Text", "Vendors", "Rules", "Activity", "Archive", "Events",
                "Capture",
                "PublicSuffix", "Reporting", "Settings", "Delivery", "Host", "Status",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        // The audit: a second program. No target of the sensor may import any of these (scripts/imports.py).
        .target(name: "StreamReassembly", dependencies: ["Bytes", "Wire"]),
        .target(name: "Decompression", dependencies: ["Bytes", "CZlib", "CBrotli", "CZstd"]),
        .target(
            name: "Decryption",
            dependencies: [
                "Bytes", "Protocols", "StreamReassembly", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]),
        .target(
            name: "HTTPDecoding",
            dependencies: [
                "Bytes", "Protocols", "StreamReassembly", "Decompression",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(
            name: "AuditInput",
            dependencies: [
                "Bytes", "Wire", "Protocols", "Flows", "Capture", "StreamReassembly", "Decryption", "HTTPDecoding",
            ]),
        .target(
            name: "ByteScanning",
            dependencies: ["Bytes", "CZlib", .product(name: "Crypto", package: "swift-crypto")]),
        .target(
            name: "Audit",
            dependencies: [
                "ByteScanning", "Bytes", "Text", "HTTPDecoding", .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .executableTarget(
            name: "egret-audit",
            dependencies: [
                "Archive", "Audit", "AuditInput", "Bytes", "Decryption", "HTTPDecoding",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        .executableTarget(
            name: "egret",
            dependencies: [
                "Monitor", "Archive", "Bytes", "Capture", "CatalogUpdate", "Delivery", "Events", "Fleet", "Flows",
                "Host",
                "Protocols",
                "PublicSuffix", "Reporting", "Rules", "Settings", "Status", "Text", "Vendors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // One test target for each module, and the helpers that they share.
        .target(
            name: "TestSupport",
            dependencies: [
                "Bytes", "Wire", "Protocols",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ], path: "Tests/Support"),
        .executableTarget(name: "SandboxProbe", dependencies: ["CHost", "Host"], path: "Tests/SandboxProbe"),
        .testTarget(name: "HostTests", dependencies: ["Host", "SandboxProbe"]),
        .testTarget(name: "BytesTests", dependencies: ["Bytes", "TestSupport"]),
        .testTarget(name: "WireTests", dependencies: ["Wire", "TestSupport"]),
        .testTarget(name: "ProtocolsTests", dependencies: ["Protocols", "TestSupport"]),
        .testTarget(name: "FlowsTests", dependencies: ["Flows", "Capture", "TestSupport"]),
        .testTarget(name: "TextTests", dependencies: ["Text", "TestSupport"]),
        .testTarget(
            name: "AuditTests",
            dependencies: ["Audit", "ByteScanning", "Bytes", "HTTPDecoding", "Text", "TestSupport"],
            exclude: ["Samples"]),
        .testTarget(name: "VendorsTests", dependencies: ["Text", "Vendors", "TestSupport"]),
        .testTarget(
            name: "CatalogUpdateTests",
            dependencies: ["CatalogUpdate", "Delivery", "Vendors", .product(name: "Crypto", package: "swift-crypto")]),
        .testTarget(name: "ActivityTests", dependencies: ["Activity", "Rules", "TestSupport"]),
        .testTarget(name: "RulesTests", dependencies: ["Rules", "Text", "TestSupport"]),
        .testTarget(
            name: "EventsTests",
            dependencies: [
                "Events", "Activity", "Delivery", "Text", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
            ], exclude: ["Definitions"]),
        .testTarget(name: "DeliveryTests", dependencies: ["Delivery"]),
        .testTarget(
            name: "EgretTests",
            dependencies: [
                "egret", "Events", "Settings", "Vendors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(name: "ArchiveTests", dependencies: ["Archive"]),
        .testTarget(name: "DecompressionTests", dependencies: ["Bytes", "Decompression", "TestSupport"]),
        .testTarget(name: "StatusTests", dependencies: ["Delivery", "Status"]),
        .testTarget(name: "StreamReassemblyTests", dependencies: ["Bytes", "StreamReassembly", "TestSupport"]),
        .testTarget(name: "DecryptionTests", dependencies: ["Decryption", "StreamReassembly", "TestSupport"]),
        .testTarget(name: "HTTPDecodingTests", dependencies: ["HTTPDecoding", "StreamReassembly", "TestSupport"]),
        .testTarget(
            name: "AuditInputTests", dependencies: ["AuditInput", "Bytes", "Decryption", "HTTPDecoding", "TestSupport"]),
        .testTarget(name: "CaptureTests", dependencies: ["Capture", "TestSupport"]),
        .testTarget(name: "ReportingTests", dependencies: ["Reporting", "Rules", "Events"]),
        .testTarget(name: "FleetTests", dependencies: ["Events", "Fleet", "Rules", "TestSupport"]),
        .testTarget(name: "SettingsTests", dependencies: ["Settings", "Text"]),
        .testTarget(name: "PublicSuffixTests", dependencies: ["PublicSuffix", "TestSupport"]),
        .testTarget(
            name: "MonitorTests",
            dependencies: [
                "Bytes", "Capture", "Delivery", "Events", "Host", "Monitor", "Reporting", "Settings", "Status",
                "TestSupport",
            ]),
    ]
)

// libFuzzer provides the `main` of a fuzz target, so these targets exist only if `make fuzz` asks for them.
if Context.environment["EGRET_FUZZ"] != nil {
    package.targets.append(
        .target(name: "FuzzSupport", dependencies: ["Bytes", "Protocols", "Flows"], path: "Fuzz/Support"))
    let fuzzed: [String: [Target.Dependency]] = [
        "PacketFuzz": ["Wire", "Flows"], "ClientHelloFuzz": [], "QUICFuzz": ["TestSupport"], "StreamFuzz": [],
        "SegmentFuzz": ["Wire", "Flows"], "AcceptanceFuzz": ["Wire", "Flows"], "DNSFuzz": ["Flows"], "HTTP2Fuzz": [],
        "HTTPFuzz": [],
        "ServerHelloFuzz": [], "ProxyFuzz": [],
        "CaptureFuzz": ["Capture"], "EngineFuzz": ["Capture", "Wire", "Flows"], "FragmentFuzz": ["Wire", "Flows"],
        "RecordFuzz": ["Decryption", "StreamReassembly"],
        "SealedFuzz": ["Decryption", "StreamReassembly", "TestSupport"],
        "HTTPStreamFuzz": ["HTTPDecoding", "StreamReassembly"],
        "ContentFuzz": ["HTTPDecoding"],
        "ChainFuzz": ["Events"], "RulesFuzz": ["Rules", "Text"], "VendorFuzz": ["Text", "Vendors"],
        "BundleFuzz": ["CatalogUpdate"],
        "JSONFuzz": ["Audit"], "ProtobufFuzz": ["Audit"], "HARFuzz": ["Audit", "HTTPDecoding"],
        "FormFuzz": ["Audit", "HTTPDecoding"],
    ]
    for (name, more) in fuzzed.sorted(by: { $0.key < $1.key }) {
        package.targets.append(
            .executableTarget(
                name: name, dependencies: ["FuzzSupport", "Bytes", "Protocols"] + more, path: "Fuzz/\(name)"))
    }
}

// Benchmarks are a program of their own, which exists only if `make bench` asks for it.
if Context.environment["EGRET_BENCH"] != nil {
    package.targets.append(
        .executableTarget(
            name: "TableBench", dependencies: ["Bytes", "Flows", "Protocols", "Rules", "Vendors"],
            path: "Benchmarks/TableBench"))
}

for target in package.targets where target.type != .system {
    var settings: [SwiftSetting] = [
        .swiftLanguageMode(.v6),
        .strictMemorySafety(),
        .treatWarning("StrictMemorySafety", as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]
    if target.name == "Bytes" || target.name == "ByteScanning" {
        // Returning a borrowed view needs this feature; using one from another module does not.
        settings.append(.enableExperimentalFeature("Lifetimes"))
    }
    target.swiftSettings = settings
}
