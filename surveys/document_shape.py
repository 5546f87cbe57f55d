"""Whether a survey's document has the shape of one: its languages, pages and names."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from surveys.document_problems import (
    LOCALE,
    Place,
    Problem,
    name_problems,
    shape,
    shown,
    unknown_properties,
    word_problems,
)
from surveys.question_properties import condition_problems, question_problems

MAX_LOCALES, MAX_PAGES, MAX_QUESTIONS = 20, 50, 200
DOCUMENT = ("title", "description", "locales", "pages", "thanks")
PAGE = ("name", "title", "description", "visibleIf", "elements")


def shape_problems(data: object) -> Iterator[Problem]:
    """All problems but those of conditions; whatever JSON can hold may be asked about."""
    place = Place()
    if not isinstance(data, Mapping):
        yield shape(place, "", _("A survey is an object with a title, languages and pages."))
        return
    yield from unknown_properties(place, "", data, DOCUMENT)
    locales = data.get("locales")
    if (
        not isinstance(locales, list)
        or not 1 <= len(locales) <= MAX_LOCALES
        or not all(isinstance(tag, str) and LOCALE.fullmatch(tag) for tag in locales)
        or len(set(locales)) < len(locales)
    ):
        message = _("Languages are a list of 1 to %(limit)d codes such as “ja”, each once.")
        yield shape(place, "locales", message % {"limit": MAX_LOCALES})
        locales = []
    place = Place(tuple(locales))
    yield from word_problems(place, "title", data.get("title"), required=True)
    for name in ("description", "thanks"):
        yield from word_problems(place, name, data.get(name))
    pages = data.get("pages")
    if not isinstance(pages, list) or not 1 <= len(pages) <= MAX_PAGES:
        message = _("A survey has 1 to %(limit)d pages.")
        yield place.problem("range", "pages", message % {"limit": MAX_PAGES})
        return
    names = _Names()
    for number, page in enumerate(pages):
        yield from _page_problems(place, number, page, names)
    if names.n_questions > MAX_QUESTIONS:
        message = _("A survey has up to %(limit)d questions. This one has %(n)d.")
        values = {"limit": MAX_QUESTIONS, "n": names.n_questions}
        yield place.problem("range", "pages", message % values)


class _Names:
    """Which names of pages and questions were met."""

    def __init__(self) -> None:
        self.pages: set[object] = set()
        self.questions: set[object] = set()
        self.n_questions = 0


def _page_problems(place: Place, number: int, page: object, names: _Names) -> Iterator[Problem]:
    if not isinstance(page, Mapping):
        yield shape(place, f"pages[{number}]", _("A page is an object with a name and elements."))
        return
    place = Place(place.locales, shown(page.get("name", f"pages[{number}]")))
    yield from unknown_properties(place, "", page, PAGE)
    yield from name_problems(place, "name", page.get("name"))
    yield from _twice(place, page.get("name"), names.pages)
    for name in ("title", "description"):
        yield from word_problems(place, name, page.get(name))
    if page.get("visibleIf") is not None:
        yield from condition_problems(place, "visibleIf", page["visibleIf"])
    elements = page.get("elements")
    if not isinstance(elements, list) or not elements:
        yield place.problem("range", "elements", _("A page has at least one question. Add one."))
        return
    for at, element in enumerate(elements):
        names.n_questions += 1
        if not isinstance(element, Mapping):
            yield shape(place, f"elements[{at}]", _("A question is an object with a type."))
            continue
        here = Place(place.locales, place.page, shown(element.get("name", f"elements[{at}]")))
        yield from question_problems(here, element)
        yield from _twice(here, element.get("name"), names.questions)


def _twice(place: Place, name: object, met: set[object]) -> Iterator[Problem]:
    if not isinstance(name, str):
        return
    if name in met:
        message = _("Name “%(name)s” is used twice. Change one.") % {"name": shown(name)}
        yield place.problem("name", "name", message)
    met.add(name)
