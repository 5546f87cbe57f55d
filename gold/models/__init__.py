"""What is trusted: candidates, gold items, releases that never change, and runs on them."""

from gold.models.admission import Exposure, NearHash
from gold.models.items import Candidate, Difficulty, GoldDataset, GoldItem, Source, Tier
from gold.models.labels import GoldLabel
from gold.models.releases import LabelAudit, Release, ReleaseItem
from gold.models.runs import OutputFile, RefusedOutput, Run, RunOutput, RunStudy
from gold.models.words import GoldWords

__all__ = [
    "Candidate",
    "Difficulty",
    "Exposure",
    "GoldDataset",
    "GoldItem",
    "GoldLabel",
    "GoldWords",
    "LabelAudit",
    "NearHash",
    "OutputFile",
    "RefusedOutput",
    "Release",
    "ReleaseItem",
    "Run",
    "RunOutput",
    "RunStudy",
    "Source",
    "Tier",
]
