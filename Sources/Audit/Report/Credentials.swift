/// Fields that hold a secret, which no output shows.
package enum Credentials {
    private static let names: Set<String> = [
        "authorization", "proxyauthorization", "cookie", "setcookie", "xapikey", "apikey", "xgoogapikey", "accesstoken",
        "refreshtoken", "idtoken", "clientsecret", "password", "passwd", "secret", "token", "key", "bearer",
        "xauthtoken",
        "xamzsecuritytoken", "privatekey", "sessiontoken", "csrftoken", "code", "codeverifier",
    ]

    /// Prefixes of keys that services give out.
    private static let prefixes = [
        "sk-", "pk-", "ghp_", "gho_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "AKIA", "AIza", "Bearer ", "Basic ",
    ]

    /// Whether the field is a secret by its name, or its value has the form of one.
    package static func isCredential(_ field: Field) -> Bool {
        isCredential(field, name: EnvironmentFinder.normalized(FieldPath.lastName(field.path)))
    }

    /// Whether the field, the last name of whose path is `name` when normalized, is a secret.
    static func isCredential(_ field: Field, name: String) -> Bool {
        if field.path.hasPrefix("header.cookie") || field.path.hasPrefix("header.authorization") { return true }
        if names.contains(name) {
            // Short words under a general name, such as the key of a map, are none.
            if case .text(let text) = field.value, text.utf8.count < 8, ["key", "code", "token"].contains(name) {
                return false
            }
            if case .number = field.value { return false }
            return true
        }
        guard case .text(let text) = field.value, text.utf8.count >= 16, text.utf8.count <= 4096,
            !text.utf8.contains(0x20) || text.hasPrefix("B")
        else { return false }
        return prefixes.contains { text.hasPrefix($0) && text.utf8.count >= $0.utf8.count + 8 }
    }
}
