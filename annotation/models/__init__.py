from annotation.models.asking import ExampleProposal, Inquiry, Reply
from annotation.models.assignments import Assignment, AssignmentDraft, Reveal, StudyRater
from annotation.models.expected import ExpectedAnswer
from annotation.models.items import Draw, Item, ItemAnswer
from annotation.models.links import Participation, RatingLink
from annotation.models.qualifications import Qualification, Qualified
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
    "ExpectedAnswer",
    "Inquiry",
    "Item",
    "ItemAnswer",
    "Layer",
    "Participation",
    "Qualification",
    "Qualified",
    "Rater",
    "RaterKind",
    "Rating",
    "RatingLink",
    "Reply",
    "Reveal",
    "Rubric",
    "RubricVersion",
    "Score",
    "ScoreText",
    "Study",
    "StudyRater",
    "Verdict",
]
