"""Statistics of end users: those who answer choose to, answer often, and are watched daily."""
