"""What the page of routes shows of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.models import Project
from core.templatetags.numerals import NO_BREAK, is_japanese
from surveys.models import Route, Routed
from surveys.route_forms import ANSWERS, REASONS
from surveys.services.routing import routed_counts


@dataclass(frozen=True)
class RouteLine:
    """One route in words, and how far it came."""

    route: Route

    @cached_property
    def counts(self) -> dict[str, int]:
        return routed_counts(self.route)

    @property
    def taken(self) -> int:
        return self.counts.get(Routed.Fate.TAKEN, 0)

    @property
    def there(self) -> int:
        return self.counts.get(Routed.Fate.THERE, 0)

    @property
    def waiting(self) -> int:
        return self.counts.get(Routed.Fate.WAITING, 0)

    @property
    def what(self) -> str:
        """Which feedback it goes by."""
        said = dict(ANSWERS)
        words = [str(said[str(value)]) for value in self.route.values]
        reasons = dict(REASONS)
        words += [str(reasons.get(one, one)) for one in self.route.reasons]
        return _(" · ").join(words)

    @property
    def shares(self) -> str:
        rates = {"rate": percent(self.route.rate), "rest": percent(self.route.rate_rest)}
        if not self.route.rate_rest:
            return _("%(rate)s of these, none of the others") % rates
        return _("%(rate)s of these, %(rest)s of the others") % rates


def percent(share: float) -> str:
    """As few digits as it was given with: 0.5 %, and 0.5% in Japanese."""
    return f"{100 * share:.3g}" + ("" if is_japanese() else NO_BREAK) + "%"


def route_lines(project: Project) -> Iterator[RouteLine]:
    for route in Route.objects.filter(project=project).select_related("study").order_by("-pk"):
        yield RouteLine(route)
