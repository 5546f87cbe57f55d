"""Statistics of ratings: pure functions of arrays, without Django and without our apps.

Read in this order: `types` (what comes out), `profiles` and `patterns` (what goes in: integer
counts that add up over shards), `coefficients` (a coefficient is a function of additive sums) with
`agreement`, `chance`, `kappa`, `conger`, `intraclass` and `kinds`, `intervals` (resampling of whole
groups) and `interval_methods` (every kind by name), `estimate` and `criterion` (one call for a
criterion, with its reasons).

Comparisons return one shape, `types.Estimate`: `proportions` and `two_proportions` for cases of
their own, `paired_shares`, `paired` and `paired_ranks` for the same items twice, `correlations` and
`closeness` for two scores of an item, `annotator_test` and `prediction_powered` for judges,
`sequences` and `betting` while data arrive, `surveys`, and for plans `power`, `components`,
`planning`, `designs` and `simulated_power`.
"""
