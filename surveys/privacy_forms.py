"""Forms of what is kept of end users."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import storable
from surveys.models import FeedbackRules
from surveys.services.forgetting import SUBJECT
from surveys.tokens import LONGEST_SUBJECT

MOST_DAYS = 36_500


class RulesForm(forms.Form):
    keep_days = forms.IntegerField(
        label=_("Keep feedback for so many days"),
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        help_text=_("Answers to surveys too. Empty: without an end."),
    )
    keep_comment_days = forms.IntegerField(
        label=_("Keep what they wrote for so many days"),
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        help_text=_("Words go first; counts stay. Empty: as long as the feedback."),
    )
    scrub = forms.BooleanField(
        label=_("Mask e-mail addresses, telephone and card numbers in what they write"),
        required=False,
    )
    ask_consent = forms.BooleanField(
        label=_("Let browsers keep nothing before your page says that consent was given"),
        required=False,
    )
    cooldown_days = forms.IntegerField(
        label=_("Days before anybody is asked to fill in another survey"),
        min_value=0,
        max_value=365,
    )

    @classmethod
    def of(cls, rules: FeedbackRules) -> "RulesForm":
        return cls(initial={name: getattr(rules, name) for name in cls.base_fields})


class SubjectForm(forms.Form):
    subject = forms.CharField(
        label=_("Subject"),
        max_length=LONGEST_SUBJECT,
        help_text=_("As your application signs it: the id of the customer."),
    )
    conversations = forms.BooleanField(
        label=_("Also erase what was said in their conversations, in gold too"),
        required=False,
        help_text=_("Those whose feedback they signed. Releases keep a tombstone."),
    )

    def clean_subject(self) -> str:
        subject: str = self.cleaned_data["subject"]
        if not storable(subject):
            raise forms.ValidationError(_("Write it without control characters."))
        return subject

    @property
    def key(self) -> str:
        return f"{SUBJECT}{self.cleaned_data['subject']}"
