from surveys.models.assignments import Experiment, VariantAssignment
from surveys.models.events import FeedbackEvent, Kind, Mode, Trust
from surveys.models.imports import ResponseImport
from surveys.models.keys import Instrument, WidgetKey
from surveys.models.privacy import FeedbackRules, IdempotentCall, SubjectErasure
from surveys.models.projections import CurrentFeedback, FeedbackCell, ReasonCell
from surveys.models.respondents import Respondent
from surveys.models.responses import Answer, Response, SurveyDay
from surveys.models.routes import Route, Routed, ToRoute
from surveys.models.surveys import Survey, SurveyLink, SurveyVersion
from surveys.models.webhooks import Webhook, WebhookMessage

__all__ = [
    "Answer",
    "CurrentFeedback",
    "Experiment",
    "FeedbackCell",
    "FeedbackEvent",
    "FeedbackRules",
    "IdempotentCall",
    "Instrument",
    "Kind",
    "Mode",
    "ReasonCell",
    "Respondent",
    "Response",
    "ResponseImport",
    "Route",
    "Routed",
    "SubjectErasure",
    "Survey",
    "SurveyDay",
    "SurveyLink",
    "SurveyVersion",
    "ToRoute",
    "Trust",
    "VariantAssignment",
    "Webhook",
    "WebhookMessage",
    "WidgetKey",
]
