"""What is trusted: candidates, gold items, releases that never change, and runs on them."""

from gold.models.admission import Exposure, NearHash
from gold.models.items import Candidate, Difficulty, GoldDataset, GoldItem, Source, Tier
from gold.models.releases import LabelAudit, Release, ReleaseItem
from gold.models.runs import Run, RunOutput

__all__ = [
    "Candidate",
    "Difficulty",
    "Exposure",
    "GoldDataset",
    "GoldItem",
    "LabelAudit",
    "NearHash",
    "Release",
    "ReleaseItem",
    "Run",
    "RunOutput",
    "Source",
    "Tier",
]
