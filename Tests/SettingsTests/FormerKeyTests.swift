import Testing
import Text

@testable import Settings

@Test func aFormerKeyInAFileSetsTheCurrentOneWithAWarning() {
    var settings = Settings()
    let errors = settings.read(file: "egret.yaml", bytes: Array("catalogue:\n  folders: [/a, /b]\n".utf8))
    #expect(errors.isEmpty)
    #expect(settings.texts(.catalogDirectories) == ["/a", "/b"])
    #expect(
        settings.warnings.map(\.description)
            == ["egret.yaml:2:3: warning: 'catalogue.folders' is now 'catalog.directories'"])
}

@Test func aFormerVariableSetsTheCurrentKeyWithAWarning() {
    var settings = Settings()
    let errors = settings.read(environment: ["EGRET_CATALOGUE_FINGERPRINTS": "/f"])
    #expect(errors.isEmpty && settings.texts(.fingerprintDirectories) == ["/f"])
    #expect(settings.warnings.map(\.current) == ["catalog.fingerprints"])
}

@Test func currentKeysBringNoWarningAndUnknownFormerKeysAnError() {
    var settings = Settings()
    #expect(settings.read(file: "a", bytes: Array("catalog:\n  directories: [/a]\n".utf8)).isEmpty)
    #expect(settings.warnings.isEmpty)
    let errors = settings.read(file: "a", bytes: Array("catalogue:\n  files: [/a]\n".utf8))
    #expect(errors.map(\.code) == [.unknownKey])
}

@Test func everyFormerPathHasAKey() {
    for path in SettingKey.formerPaths.keys { #expect(SettingKey.renamed(from: path) != nil) }
    #expect(SettingKey.formerVariables.count == SettingKey.formerPaths.count)
}
