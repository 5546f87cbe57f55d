"""How many random tables a slow peer is asked for.

The gate holds every peer against as many tables as it can bear; `TOUCHSTONE_PEER_TABLES=1000` asks
for as many of each.
"""

import os


def tables(borne: int) -> range:
    """Seeds of the tables: as many as the gate bears, or as the environment asks for."""
    return range(int(os.environ.get("TOUCHSTONE_PEER_TABLES", borne)))
