"""A lock that lacks something is refused with a sentence that names it."""

import pytest

from scripts.check_locks import problems

HASH = "--hash=sha256:" + "0" * 64


@pytest.fixture
def lock(tmp_path):
    def write(text: str) -> str:
        path = tmp_path / "requirements.lock"
        path.write_text(text)
        return str(path)

    return write


def test_a_complete_lock_has_no_problems(lock):
    assert problems(lock(f"django==5.2.8 \\\n    {HASH}\n"), ["django>=5.2,<5.3"]) == []


def test_a_package_outside_its_range_is_named(lock):
    (problem,) = problems(lock(f"django==6.0 \\\n    {HASH}\n"), ["django>=5.2,<5.3"])
    assert "6.0 for django<5.3,>=5.2" in problem


def test_a_package_without_a_hash_is_named(lock):
    (problem,) = problems(lock("django==5.2.8\n"), ["django"])
    assert "django==5.2.8 has no hash" in problem


def test_an_address_is_refused(lock):
    text = f"django @ https://example.com/django.whl \\\n    {HASH}\n"
    assert "holds an address" in problems(lock(text), [])[0]
