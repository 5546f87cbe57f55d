"""Typed readers of environment variables; a bad value names itself and what to write instead."""

import os
from ipaddress import ip_network
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

MATH_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is '{value}'. Write 1 or 0.")


def number(name: str, default: int) -> int:
    value = os.environ.get(name)
    if value is None or value == "":
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is '{value}'. Write a whole number.") from None


def words(name: str, default: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def networks(name: str) -> list[str]:
    """IP networks with commas between them: ``10.0.0.0/8,fd00::/8``."""
    found = words(name, "")
    for one in found:
        try:
            ip_network(one)
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} names '{one}', which is no network. Write such as 10.0.0.0/8."
            ) from None
    return found


def secret(name: str) -> str:
    """The value itself, or the content of the file that ``NAME_FILE`` names."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as problem:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {problem}.") from None
    return os.environ.get(name, "")


def limit_math_threads(threads: int) -> None:
    """Let linear algebra start so many threads; numpy reads this once, when it is loaded.

    What its own libraries are told in the environment stands.
    """
    if threads < 1:
        raise ImproperlyConfigured(
            f"TOUCHSTONE_MATH_THREADS is '{threads}'. Write a whole number of at least 1."
        )
    for name in MATH_THREADS:
        os.environ.setdefault(name, str(threads))
