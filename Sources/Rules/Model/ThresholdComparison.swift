/// How a count is compared; the words of `op`.
enum ThresholdComparison: String, CaseIterable { case gt, gte, lt, lte }
