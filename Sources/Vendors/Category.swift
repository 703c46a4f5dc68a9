/// What kind of product a host belongs to, as the word `ai.category` in events and rules.
public enum Category: String, Sendable, CaseIterable {
    /// Models behind an interface for programs.
    case api
    /// A chat or search product for people.
    case assistant
    /// A tool that writes or reviews code.
    case codingAgent = "coding-agent"
    /// Models or data to download.
    case modelHub = "model-hub"
    /// Pictures, sound, speech and film.
    case media
    /// One interface to the models of many vendors, under the operator's own contracts.
    case aggregator
    /// A gateway that the customer puts in front of vendors; which vendor stands behind it is not visible.
    case gateway
    /// A reseller that passes requests on to other vendors' models.
    case relay
    /// A service that companies of all kinds use: error reports, feature flags, storage, sign-in.
    case sharedService = "shared-service"
}
