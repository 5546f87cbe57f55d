"""Statistics of ratings: pure functions of arrays, without Django and without our apps.

Read in this order: `types` (what comes out) and `reasons` (why something cannot), `profiles` and
`patterns` (what goes in: integer counts that add up over shards), `coefficients` (a coefficient is
a function of additive sums), `intervals` (resampling of whole groups, and every kind by name),
`criteria` (one call for a criterion, with its reasons), `raters`.

Beside them stand `comparisons` (shares, paired scores, correlations, judges, data that still
arrive), `preferences` (votes between two systems), `truth` (labels of many) and `plans` (how many
items and raters). All return one shape, `types.Estimate`.
"""
