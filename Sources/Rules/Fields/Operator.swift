/// A word that compares a field with something.
public enum Operator: String, Sendable, CaseIterable {
    case eq, `in`, suffix, glob, regex, cidr, gt, gte, lt, lte, between
    case atLeast = "at_least"
    case exists, not
}
