"""The one small language of `show_if`, `visibleIf` and filters.

    breakdown in (T, X) and not (meta.topic == "請求" or n_turns > 12)

A comparison has a name on the left and a literal on the right. A literal is a number, a word in
quotes, or a bare word of ASCII letters, digits and ``_ . : -``. A name is a bare word; quotes hold
one that has spaces or other letters (``"meta.Question Type" == Factoid``).

    expression := and_part ("or" and_part)*
    and_part   := not_part ("and" not_part)*
    not_part   := "not" not_part | "(" expression ")" | comparison
    comparison := name ("==" | "!=" | "<" | "<=" | ">" | ">=") literal
                | name ["not"] "in" "(" literal ("," literal)* ")"
                | name "is" ["not"] "empty"

`parse` gives lists that are JSON as they stand, so that a browser can evaluate the same tree:

    ["==", name, literal]      the six comparisons; a literal is a string or a number
    ["in", name, [literal, ...]]
    ["empty", name]
    ["not", node]   ["and", node, ...]   ["or", node, ...]

What a comparison means, in Python and in the browser alike:

* A missing name, null, "" and an empty list are *empty*. Every comparison with something empty is
  false, `!=` and `not in` too: nobody has said yet that the value differs.
* If one side is a number, both are read as numbers ("5" is 5). What cannot be read so is unequal
  and stands in no order.
* Otherwise both are text, true and false being the words; text is ordered by UTF-16 code unit,
  as in a browser, which puts ISO dates in order.
* A list (several labels) fulfils a comparison if one of its members does, and `!=` if all do.

There is no arithmetic, no call and no way to reach an attribute, hence nothing to escape from.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core.errors import InvalidError

Ast = list[Any]
Literal = str | int | float
Lookup = Callable[[str], object]

MAX_LENGTH = 2_000
MAX_DEPTH = 20
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
COMPARISONS = tuple(_COMPARE)
KEYWORDS = frozenset({"and", "or", "not", "in", "is", "empty"})

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<symbol>==|!=|<=|>=|<|>|\(|\)|,)
      | (?P<word>[A-Za-z0-9_.:-]+)
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")


class ExpressionError(InvalidError):
    """An expression that cannot be read; `position` counts characters from 1."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


class _Token(NamedTuple):
    kind: str
    text: str
    position: int

    def is_keyword(self, *words: str) -> bool:
        return self.kind == "word" and self.text.lower() in words

    def is_symbol(self, *symbols: str) -> bool:
        return self.kind == "symbol" and self.text in symbols


def parse(text: str) -> Ast:
    """Read an expression into its tree; `ExpressionError` says what is wrong and where."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            _(
                "The condition has %(n)d characters, and %(limit)d are allowed. "
                "Split it or shorten its lists."
            )
            % {"n": len(text), "limit": MAX_LENGTH},
            MAX_LENGTH,
        )
    return _Parser(list(_tokens(text))).whole()


def evaluate(ast: Ast, lookup: Lookup) -> bool:
    """Whether the expression holds for the values that `lookup` gives (None for a missing name)."""
    word, *operands = ast
    if word == "and":
        return all(evaluate(part, lookup) for part in operands)
    if word == "or":
        return any(evaluate(part, lookup) for part in operands)
    if word == "not":
        return not evaluate(operands[0], lookup)
    members = _members(lookup(operands[0]))
    if word == "empty":
        return not members
    if word == "in":
        return any(_compare("==", m, literal) for m in members for literal in operands[1])
    if word == "!=":
        return bool(members) and all(_compare("!=", m, operands[1]) for m in members)
    return any(_compare(word, m, operands[1]) for m in members)


def names(ast: Ast) -> frozenset[str]:
    """Every name that the expression looks up."""
    return frozenset(name for _word, name, _literals in comparisons(ast))


def comparisons(ast: Ast) -> Iterator[tuple[str, str, tuple[Literal, ...]]]:
    """Each comparison as (operator, name, literals), for checks against what a name can hold."""
    match ast:
        case ["and" | "or" | "not", *parts]:
            for part in parts:
                yield from comparisons(part)
        case ["empty", name]:
            yield "empty", name, ()
        case ["in", name, literals]:
            yield "in", name, tuple(literals)
        case [word, name, literal]:
            yield word, name, (literal,)


def lookup_in(values: Mapping[str, object]) -> Lookup:
    """A lookup of dotted names in nested mappings; a key that itself holds the dot wins."""

    def lookup(name: str) -> object:
        if name in values:
            return values[name]
        head, dot, rest = name.partition(".")
        inner = values.get(head)
        return lookup_in(inner)(rest) if dot and isinstance(inner, Mapping) else None

    return lookup


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while True:
        found = _TOKEN.match(text, at)
        if found is None:
            position = at + len(text[at:]) - len(text[at:].lstrip()) + 1
            raise _unreadable(text[position - 1], position)
        kind = str(found.lastgroup)
        yield _Token(kind, found[kind], found.start(kind) + 1)
        if kind == "end":
            return
        at = found.end()


def _unreadable(character: str, position: int) -> ExpressionError:
    values = {"character": character, "position": position}
    if character in "\"'":
        message = _("The quote %(character)s at position %(position)d is not closed. Close it.")
    elif character == "=":
        message = _("“=” at position %(position)d compares nothing. Write “==”.")
    else:
        message = _(
            "Character “%(character)s” at position %(position)d is not part of a condition. "
            "Put words other than ASCII letters and digits in double quotes."
        )
    return ExpressionError(message % values, position)


class _Parser:
    """Recursive descent over the grammar above, one method a rule."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Ast:
        node = self._or_part()
        if self._next.kind != "end":
            raise self._expected(_("“and”, “or” or the end of the condition"))
        return node

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _expected(self, what: str) -> ExpressionError:
        token = self._next
        values = {"position": token.position, "what": what, "found": token.text}
        if token.kind == "end":
            message = _("The condition ends at position %(position)d, where %(what)s is expected.")
        else:
            message = _("“%(found)s” at position %(position)d stands where %(what)s is expected.")
        return ExpressionError(message % values, token.position)

    def _or_part(self) -> Ast:
        parts = [self._and_part()]
        while self._next.is_keyword("or"):
            self._take()
            parts.append(self._and_part())
        return parts[0] if len(parts) == 1 else ["or", *parts]

    def _and_part(self) -> Ast:
        parts = [self._not_part()]
        while self._next.is_keyword("and"):
            self._take()
            parts.append(self._not_part())
        return parts[0] if len(parts) == 1 else ["and", *parts]

    def _not_part(self) -> Ast:
        opening = self._next
        if not (opening.is_keyword("not") or opening.is_symbol("(")):
            return self._comparison()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(
                _("The condition is nested more than %(limit)d deep at position %(position)d.")
                % {"limit": MAX_DEPTH, "position": opening.position},
                opening.position,
            )
        self._take()
        if opening.text == "(":
            node = self._or_part()
            self._symbol(")")
        else:
            node = ["not", self._not_part()]
        self._depth -= 1
        return node

    def _comparison(self) -> Ast:
        name = self._name()
        if self._next.is_symbol(*COMPARISONS):
            return [self._take().text, name, self._literal()]
        if self._next.is_keyword("is"):
            self._take()
            negated = self._negated()
            if not self._next.is_keyword("empty"):
                raise self._expected(_("“empty”"))
            self._take()
            return ["not", ["empty", name]] if negated else ["empty", name]
        negated = self._negated()
        if not self._next.is_keyword("in"):
            raise self._expected(_("a comparison such as “==”, “in (…)” or “is empty”"))
        self._take()
        literals = self._literals()
        if not negated:
            return ["in", name, literals]
        differences: Ast = [["!=", name, literal] for literal in literals]
        return differences[0] if len(differences) == 1 else ["and", *differences]

    def _negated(self) -> bool:
        if not self._next.is_keyword("not"):
            return False
        self._take()
        return True

    def _name(self) -> str:
        token = self._next
        if token.kind == "quoted":
            return _unquote(self._take().text)
        if token.kind != "word" or token.is_keyword(*KEYWORDS) or _NUMBER.fullmatch(token.text):
            raise self._expected(_("a name"))
        return self._take().text

    def _literal(self) -> Literal:
        token = self._next
        if token.kind == "quoted":
            return _unquote(self._take().text)
        if token.kind != "word" or token.is_keyword(*KEYWORDS):
            raise self._expected(_("a number or a word"))
        text = self._take().text
        if not _NUMBER.fullmatch(text):
            return text
        number = float(text)
        return int(number) if number.is_integer() else number

    def _literals(self) -> list[Literal]:
        self._symbol("(")
        literals = [self._literal()]
        while self._next.is_symbol(","):
            self._take()
            literals.append(self._literal())
        self._symbol(")")
        return literals

    def _symbol(self, symbol: str) -> None:
        if not self._next.is_symbol(symbol):
            raise self._expected(f"“{symbol}”")
        self._take()


def _unquote(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted[1:-1], flags=re.DOTALL)


def _members(value: object) -> Sequence[object]:
    if isinstance(value, list | tuple | set | frozenset):
        return [member for member in value if member is not None and member != ""]
    return () if value is None or value == "" else (value,)


def _compare(word: str, value: object, literal: Literal) -> bool:
    holds = _COMPARE[word]
    if not (_is_number(value) or _is_number(literal)):
        return holds(_as_text(value), _as_text(literal))
    left, right = _as_number(value), _as_number(literal)
    if left is None or right is None:
        return word == "!="
    return holds(left, right)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return None
    return None


def _as_text(value: object) -> bytes:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.encode("utf-16-be", "surrogatepass")
