"""A lock that lacks something is refused with a sentence that names it."""

import json

import pytest

from scripts.check_locks import node_problems, problems

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


def node_lock(tmp_path, **facts):
    packages = {"": {"dependencies": {"a": "1.0.0"}}, "node_modules/a": facts}
    path = tmp_path / "package-lock.json"
    path.write_text(json.dumps({"packages": packages}))
    return str(path)


def test_a_complete_lock_of_node_has_no_problems(tmp_path):
    lock = node_lock(tmp_path, version="1.0.0", integrity="sha512-x")
    assert node_problems(lock, {"a": "1.0.0"}) == []


def test_a_lock_of_node_names_what_has_no_hash_and_what_is_wanted(tmp_path):
    lock = node_lock(tmp_path, version="1.0.0")
    hashless, other = node_problems(lock, {"a": "2.0.0"})
    assert "node_modules/a has no hash" in hashless
    assert "not for {'a': '2.0.0'}" in other


def test_an_address_is_refused_in_a_lock_of_node(tmp_path):
    lock = node_lock(tmp_path, integrity="sha512-x", resolved="https://example.com/a.tgz")
    (problem,) = node_problems(lock, {"a": "1.0.0"})
    assert "holds an address" in problem
