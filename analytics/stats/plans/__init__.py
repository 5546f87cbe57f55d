"""How many items and raters a goal needs, from a pilot or by playing it through."""
