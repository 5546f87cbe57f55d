"""Forms of people and teams: they check shape and words, services check rules."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.keys import KEY_ROLES
from accounts.models import Project, Role, Team, User
from core.forms import ManyChoiceField
from core.text import storable


class InviteForm(forms.Form):
    label = forms.CharField(
        label=_("For whom"),
        max_length=150,
        required=False,
        help_text=_("A name for your own list; the person does not see it."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.RATER)
    projects = ManyChoiceField(
        label=_("Only these projects"),
        queryset=Project.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all projects of the team."),
    )

    def __init__(self, *args: object, team: Team, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["projects"].queryset = team.projects.order_by("name")  # type: ignore[attr-defined]


class AuditForm(forms.Form):
    """Whose entries, and of which project: both stand in an index, so a long log costs no more."""

    who = forms.ModelChoiceField(
        label=_("Who"),
        queryset=User.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("everybody"),
    )
    project = forms.ModelChoiceField(
        label=_("Project"),
        queryset=Project.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("all of the team"),
    )

    def __init__(self, *args: object, team: Team, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        members = team.memberships.of_people().values("user")
        people = User.objects.filter(pk__in=members).order_by("name", "email")
        self.fields["who"].queryset = people  # type: ignore[attr-defined]
        self.fields["project"].queryset = team.projects.order_by("name")  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, User | Project]:
        """What entries are filtered by; what is no choice filters nothing."""
        self.is_valid()
        named = {"actor": "who", "project": "project"}
        return {key: one for key, name in named.items() if (one := self.cleaned_data.get(name))}


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


NEVER = "never"
DAYS = (
    ("90", _("in 90 days")),
    ("365", _("in a year")),
    (NEVER, _("never, until it is revoked")),
)


class ApiKeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("What uses it, as in nightly import. The name stands in the audit log."),
    )
    project = forms.ModelChoiceField(
        label=_("Project"), queryset=Project.objects.none(), to_field_name="uid", empty_label=None
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, role.label) for role in KEY_ROLES],
        initial=Role.VIEWER,
        help_text=_(
            "A viewer reads and exports; a manager also imports; an owner also forgets end users."
        ),
    )
    days = forms.ChoiceField(label=_("Expires"), choices=DAYS, initial="365")

    def __init__(self, *args: object, team: Team, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["project"].queryset = team.projects.order_by("name")  # type: ignore[attr-defined]

    def clean_days(self) -> int | None:
        days: str = self.cleaned_data["days"]
        return None if days == NEVER else int(days)


class ProjectForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("The application under evaluation, as your team calls it."),
    )


class JoinForm(forms.Form):
    """A new person, by invitation: the only way to an account."""

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters, not only digits."),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not storable(name):
            raise forms.ValidationError(_("The name holds a character that cannot be stored."))
        return name

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(
                _(
                    "There is an account for %(email)s already. Sign in with it, then open the "
                    "invitation again."
                ),
                params={"email": email},
            )
        return email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.data.get("email", "")))
        return password
