import Rules
import Vendors

extension EventField {
    private static let firstSeenScopes = EventFieldType.set(
        of: .words(FirstSeenScope.self), limit: FirstSeenScope.allCases.count)
    private static let attributionMembers = ["role", "category", "country", "confidence", "scope", "catalog"]

    /// Whose traffic it is taken for, and how much of it was seen.
    static let concern = rows(
        in: [.flow, .dns, .alert],
        fields: [
            EventField(
                "ai", .object(.oneOf([attributionMembers, ["relay_suspected", "relay_score"], ["name_hint"]])),
                isOptional: true),
            EventField(
                "ai.vendor", .text, isOptional: true,
                meaning: "The vendor's id in the catalog; absent for a shared host that belongs to no one by its name."),
            EventField(
                "ai.product", .text, isOptional: true, ecs: "network.application", ocsf: Target("app_name", in: .flow),
                meaning: "The product's id in the catalog."),
            EventField("ai.role", .words(Role.self), isOptional: true, meaning: "What the host is for."),
            EventField("ai.category", .words(Category.self), isOptional: true, meaning: "The kind of product."),
            EventField(
                "ai.country", .text, isOptional: true,
                meaning: "The vendor's country, ISO 3166-1 alpha-2; ZZ where not established."),
            EventField(
                "ai.confidence", .words(Confidence.self), isOptional: true,
                ocsf: Target("confidence_id", .words(["low": "1", "medium": "2", "high": "3"], other: "0")),
                meaning: "How sure the attribution is."),
            EventField(
                "ai.scope", .words(Scope.self), isOptional: true, meaning: "Whether the host serves this vendor alone."),
            EventField("ai.catalog", .text, isOptional: true, meaning: "The catalog's version."),
            EventField(
                "ai.why", .text, isOptional: true, detail: .withoutLists, meaning: "Which entry matched which evidence."
            ),
            EventField(
                "ai.client", .text, isOptional: true, meaning: "The software whose hello it is, by the fingerprints."),
            EventField(
                "ai.name_hint", .text, isOptional: true, detail: .withoutTexts, privacy: .otherName,
                meaning:
                    "The word that says AI (`gpt`, `llm`) in a name that the catalog does not list. A weak sign: anyone may choose such a name. It attributes nothing, and `ai` may have it alone."
            ),
            EventField(
                "ai.relay_suspected", .affirmation, isOptional: true,
                meaning:
                    "The far end, which no entry names, is consistent with a relay of AI models. Where no entry is met at all, `ai` has these four fields alone."
            ),
            EventField(
                "ai.relay_score", .integer(50...100), isOptional: true,
                meaning: "How far it is, of 100; from 50 on it is said."),
            EventField(
                "ai.relay_reasons", .list(of: .text), isOptional: true, detail: .full,
                meaning: "The signs, the weightiest first, each with what it was seen by."),
            EventField("first_seen", .object(.notEmpty), in: [.flow, .alert], isOptional: true),
            EventField(
                "first_seen.product", firstSeenScopes, in: [.flow, .alert], isOptional: true,
                meaning:
                    "For whom this is the first flow to the product since the learning period ([RULES.md](RULES.md)). `first_seen` is absent if nothing is new."
            ),
            EventField(
                "first_seen.vendor", firstSeenScopes, in: [.flow, .alert], isOptional: true,
                meaning: "For whom it is the first to the vendor."),
            EventField(
                "first_seen.host", firstSeenScopes, in: [.flow, .alert], isOptional: true,
                meaning: "For whom it is the first to the host."),
            EventField(
                "evidence.complete", .boolean, in: [.flow, .alert],
                meaning:
                    "Whether nothing was lost that a judgement could need: no missing bytes, seen from its beginning, hello whole."
            ),
        ])
}
