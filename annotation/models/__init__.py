from annotation.models.asking import ExampleProposal, Inquiry, Reply
from annotation.models.assignments import Assignment, AssignmentDraft, StudyRater
from annotation.models.items import Draw, Item
from annotation.models.ratings import Layer, Rater, RaterKind, Rating, Score, ScoreText
from annotation.models.rubrics import Criterion, Rubric, RubricVersion
from annotation.models.studies import Study
from annotation.models.verdicts import CriterionHold, Verdict

__all__ = [
    "Assignment",
    "AssignmentDraft",
    "Criterion",
    "CriterionHold",
    "Draw",
    "ExampleProposal",
    "Inquiry",
    "Item",
    "Layer",
    "Rater",
    "RaterKind",
    "Rating",
    "Reply",
    "Rubric",
    "RubricVersion",
    "Score",
    "ScoreText",
    "Study",
    "StudyRater",
    "Verdict",
]
