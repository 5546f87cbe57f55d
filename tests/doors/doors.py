"""The doors there are, read from the URL resolver, and what a rule about one of them says."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.access import May
from tests.doors.actors import (
    ACTORS,
    DEAD_KEYS,
    ELSEWHERE_KEY,
    KEYS,
    LIMITED,
    LIVE_KEYS,
    NOBODY,
    RESPONDENT,
    RESPONDENTS,
    SIGNED_IN,
    STRANGE_RESPONDENT,
    STRANGER,
    STRANGER_KEY,
    TEAM,
    keys,
    kind,
    roles,
)
from tests.doors.world import Side

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
AT_DOORSTEP = "browser:"
"""Names of what browsers of other sites call; `test_doorstep` is about those."""

Data = Mapping[str, Any] | Callable[[Side], Mapping[str, Any]]


def patterns(
    resolver: URLResolver | None = None, prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every pattern with its full name; one without a name is named by its route."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            inner = f"{prefix}{one.namespace}:" if one.namespace else prefix
            yield from patterns(one, inner)
        else:
            yield f"{prefix}{one.name or one.pattern}", one


@dataclass(frozen=True)
class Ask:
    """One method of a door, with what makes it succeed.

    `foreign` names fields of the body or the query and what of the other team to put there; it
    must then change nothing and show nothing. `writes` is for GETs that take a lease or note that
    somebody has seen what others said.
    """

    data: Data = field(default_factory=dict)
    foreign: Mapping[str, str] = field(default_factory=dict)
    writes: bool = False

    def data_of(self, side: Side) -> dict[str, Any]:
        return dict(self.data(side) if callable(self.data) else self.data)


LOOK = Ask()
SEE = Ask(writes=True)
DO = Ask()


@dataclass(frozen=True)
class Rule:
    """Who may pass a door: `allowed` succeed, `outside` are told 404, the rest of the team 403.

    At an operation of the API, `may` being what it declares, programs knock with keys too, and
    who is nobody is told 401.
    """

    allowed: frozenset[str]
    outside: frozenset[str] = frozenset()
    ids: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    asks: Mapping[str, Ask] = field(default_factory=dict)
    may: May | None = None

    @property
    def actors(self) -> tuple[str, ...]:
        return (*ACTORS, *KEYS) if self.may else ACTORS

    def one_of_each(self, name: str) -> tuple[str, ...]:
        """One actor of each kind that is told the same, at each door another."""
        alike: dict[tuple[str, str], list[str]] = {}
        for actor in self.actors:
            alike.setdefault((kind(actor), self.expected(actor)), []).append(actor)
        return tuple(group[sum(name.encode()) % len(group)] for group in alike.values())

    @property
    def is_public(self) -> bool:
        return NOBODY in self.allowed

    def expected(self, actor: str) -> str:
        if actor in self.allowed:
            return "success"
        if actor in self.outside:
            return "404"
        if self.may and actor in {NOBODY, *RESPONDENTS, *DEAD_KEYS}:
            return "401"
        return "sign in" if actor in {NOBODY, *RESPONDENTS} else "403"

    def kwargs(self, side: Side) -> dict[str, Any]:
        return {name: thing(side, path) for name, path in self.ids.items()} | dict(self.words)

    def url(self, name: str, side: Side, **replaced: Any) -> str:
        return reverse(name, kwargs=self.kwargs(side) | replaced)


def thing(side: Side, path: str) -> Any:
    """`study` is the uid of the side's study, `team.name` an attribute, `items.@gold` a key."""
    found: Any = side
    for part in path.split("."):
        found = found[part[1:]] if part.startswith("@") else getattr(found, part)
    return getattr(found, "uid", found)


def project(may: May, *, words: Mapping[str, str] | None = None, **given: Any) -> Rule:
    """A door into a project: for the roles of `may`; other projects' people see nothing."""
    return rule(roles(may), frozenset({LIMITED, STRANGER}), words, given)


def team(may: May, **given: Any) -> Rule:
    """A door of the whole team; a membership limited to a project is a membership."""
    return rule(roles(may), frozenset({STRANGER}), None, given)


def own(*actors: str, **given: Any) -> Rule:
    """A door to what belongs to one person, whatever the role of the others."""
    return rule(frozenset(actors), SIGNED_IN - frozenset(actors), None, given)


def own_seat(*actors: str, **given: Any) -> Rule:
    """The same, where respondents may knock as well: what is not theirs is not there for them."""
    outside = (SIGNED_IN | RESPONDENTS) - frozenset(actors)
    return rule(frozenset(actors), outside, None, given)


def desk(*actors: str, **given: Any) -> Rule:
    """A door for those whom a study names as raters; the rest of the team is told so.

    Where respondents are among them, those of other teams are outside; elsewhere all of them are
    asked to sign in, as nobody is.
    """
    outside = {LIMITED, STRANGER} | ({STRANGE_RESPONDENT} if RESPONDENT in actors else set())
    return rule(frozenset(actors), frozenset(outside), None, given)


def api(may: May, *, words: Mapping[str, str] | None = None, **given: Any) -> Rule:
    """An operation in a project: for the roles of `may`, of people and of keys alike."""
    outside = frozenset({LIMITED, STRANGER, ELSEWHERE_KEY, STRANGER_KEY})
    found = rule(roles(may) | keys(may), outside, words, given)
    return replace(found, may=may)


def api_desk(*actors: str, **given: Any) -> Rule:
    """An operation for those whom a study names as raters, which no key is."""
    outside = frozenset({LIMITED, STRANGER, ELSEWHERE_KEY, STRANGER_KEY})
    return replace(rule(frozenset(actors), outside, None, given), may=May.RATE)


def api_for_all(**given: Any) -> Rule:
    """An operation for everybody who is somebody, who then sees what is theirs."""
    return replace(rule(SIGNED_IN | LIVE_KEYS, frozenset(), None, given), may=May.BELONG)


def everybody(**given: Any) -> Rule:
    return rule(TEAM | {LIMITED, STRANGER, NOBODY} | RESPONDENTS, frozenset(), None, given)


def signed_in(**given: Any) -> Rule:
    return rule(SIGNED_IN, frozenset(), None, given)


def rule(
    allowed: frozenset[str],
    outside: frozenset[str],
    words: Mapping[str, str] | None,
    given: Mapping[str, Any],
) -> Rule:
    """Methods are given in capitals, everything else is the path of a uid."""
    asks = {name: ask for name, ask in given.items() if name in METHODS}
    ids = {name: path for name, path in given.items() if name not in METHODS}
    return Rule(allowed, outside, ids, words or {}, asks)


def uids(rule: Rule, side: Side) -> dict[str, UUID]:
    return {name: uid for name, uid in rule.kwargs(side).items() if isinstance(uid, UUID)}
