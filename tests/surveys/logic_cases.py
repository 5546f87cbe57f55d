"""Cases that the server and the browser must decide alike: conditions, shares, days."""

from typing import Any

CONDITIONS: list[tuple[str, dict[str, Any], bool]] = [
    ("a == 5", {"a": 5}, True),
    ("a == 5", {"a": "5"}, True),
    ("a == 5", {"a": "5.0"}, True),
    ("a == 5", {"a": "five"}, False),
    ("a != 5", {"a": "five"}, True),
    ("a != 5", {}, False),
    ("a != 5", {"a": ""}, False),
    ("a not in (b, c)", {"a": []}, False),
    ("a < 3 or a > 8", {"a": 9}, True),
    ("a <= 3 and not (b == up)", {"a": 3, "b": "down"}, True),
    ("a >= -2", {"a": -2}, True),
    ('a == "true"', {"a": True}, True),
    ("a == 1", {"a": True}, False),
    ("a in (x, y)", {"a": ["z", "y"]}, True),
    ("a == x", {"a": ["z", "x"]}, True),
    ("a != x", {"a": ["z", "x"]}, False),
    ("a != x", {"a": ["z", "y"]}, True),
    ("grid.speed == good", {"grid": {"speed": "good"}}, True),
    ("grid.speed == good", {"grid": "good"}, False),
    ("grid.speed is empty", {"grid": {"tone": "good"}}, True),
    ("a is not empty", {"a": 0}, True),
    ("a is empty", {"a": [""]}, True),
    ('a > "2026-01-02"', {"a": "2026-01-10"}, True),
    ('a < "あ"', {"a": "ア"}, False),
    ('a < "\uff5e"', {"a": "\U00020000"}, True),  # by UTF-16 code unit, as in a browser
    ("constructor is empty", {}, True),
    ("a.b == 1", {"a.b": 1}, True),
]

SHARES: list[tuple[str, str, float]] = [
    (f"{kind}:{number}", salt, p)
    for kind in ("s", "b", "m")
    for number in range(40)
    for salt, p in (("salt", 0.5), ("0123456789abcdef", 0.1), ("塩", 0.013), ("x", 1.0))
] + [("s:利用者", "salt", 0.5), ("b:" + "z" * 120, "salt", 1e-9)]

DAY = 86_400_000
NOW = 1_800_000_000_000
PASTS: list[dict[str, int]] = [
    {},
    {"csat": NOW - 29 * DAY},
    {"csat": NOW - 30 * DAY},
    {"csat": NOW - 31 * DAY, "": NOW - 6 * DAY},
    {"": NOW - 7 * DAY},
    {"": NOW - 1},
    {"other": NOW - DAY, "": NOW - 8 * DAY},
]
