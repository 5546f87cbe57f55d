"""Statistics of ratings: pure functions of arrays, without Django and without our apps.

Read in this order: `types` (what comes out), `profiles` (what goes in: integer counts that add up
over shards), `distances` and `agreement` (coefficients as functions of additive sums), `intervals`
(resampling of whole groups), `estimate` (one call for a criterion, with its reasons).
"""
