"""People, teams, projects, and who may do what."""

import secrets
from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit_words import sentence_of
from core.models import PublicUid


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(PublicUid, AbstractUser):
    """A person with a login; the e-mail address is the name one signs in with."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class Team(PublicUid):
    """People who work together; owns projects."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    ADJUDICATOR = "adjudicator", _("Adjudicator")
    RATER = "rater", _("Rater")
    VIEWER = "viewer", _("Viewer")


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> Self:
        """Projects of the person's teams, narrowed where the membership names projects."""
        whole = Membership.objects.filter(user=user, limited=False).values("team")
        named = Membership.objects.filter(user=user, limited=True).values("projects")
        return self.filter(Q(team__in=whole) | Q(pk__in=named))


class Project(PublicUid):
    """One application under evaluation; every row of data belongs to one."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="projects")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=60)
    synthetic = models.BooleanField(
        default=False, help_text=_("The data are made up; every page says so.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["team", "slug"], name="project_slug_once_a_team"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("gold:home", args=[self.uid])


class MembershipQuerySet(models.QuerySet["Membership"]):
    def of_people(self) -> Self:
        """Without the keys of programs: nobody names one as a rater or changes its role."""
        return self.filter(api_key=None)


class Membership(models.Model):
    """The role of a person, or of a key, in a team, if wanted limited to named projects."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    limited = models.BooleanField(default=False)
    projects = models.ManyToManyField(Project, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["team", "user"], name="membership_once_a_team"),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.team}"


class ApiKey(PublicUid):
    """Lets a program act in one project. Only a hash of the secret is kept.

    A key acts as a member of its own: a user that cannot sign in, with a membership limited to
    the one project. So the rules of access, the trail and the names on imports hold for programs
    as they hold for people, and there is no second book of them.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="api_keys")
    member = models.OneToOneField(Membership, models.CASCADE, related_name="api_key")
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(max_length=16, unique=True)  # tells keys apart, opens nothing
    digest = models.CharField(max_length=64)  # SHA-256: the secret is 256 random bits, no password
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)  # to the hour: reading must not mean writing

    class Meta:
        indexes = (models.Index(fields=["project", "-id"], name="api_key_by_project"),)

    def __str__(self) -> str:
        return self.name

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and now >= self.expires_at


def new_token() -> str:
    return secrets.token_urlsafe(24)


class Invitation(PublicUid):
    """A link that makes whoever opens it first a member with a role."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="invitations")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    projects = models.ManyToManyField(Project, blank=True, related_name="+")
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    label = models.CharField(_("for whom"), max_length=150, blank=True)
    language = models.CharField(max_length=5, blank=True)
    purpose = models.JSONField(default=dict, blank=True)  # a higher floor's: {"study": uid}
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = (models.Index(fields=["team", "-created_at"], name="invitation_by_team"),)

    def __str__(self) -> str:
        return self.label or str(self.uid)

    def get_absolute_url(self) -> str:
        return reverse("accounts:invitation", args=[self.token])

    def is_open(self, now: Any) -> bool:
        return not self.accepted_at and not self.revoked_at and now < self.expires_at


class AuditEntry(models.Model):
    """Who did what to what, written in the transaction of the change itself."""

    team = models.ForeignKey(
        Team, models.CASCADE, null=True, related_name="+", db_index=False, db_constraint=False
    )
    project = models.ForeignKey(
        Project, models.CASCADE, null=True, related_name="+", db_index=False, db_constraint=False
    )
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", db_constraint=False
    )
    verb = models.CharField(max_length=60)
    target_type = models.CharField(max_length=60)
    target_uid = models.UUIDField(null=True)
    target_name = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (
            models.Index(fields=["project", "-id"], name="audit_by_project"),
            models.Index(fields=["team", "-id"], name="audit_by_team"),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.target_name}"

    @property
    def sentence(self) -> str:
        return sentence_of(self.verb)
