"""An exported file proves itself, without a database."""

import json

import orjson
import pytest
from django.core.management import CommandError, call_command

from core.errors import InvalidError
from core.text import canonical, digest
from gold.manifest import SAID, ManifestHash, line_of, statement_of
from gold.verifying import verify_lines

UIDS = ("a1", "b2", "c3")


def payload(uid, value="4", **fields):
    said = {"id": uid, "turns": [{"role": "user", "content": f"“{uid}” }}"}], "language": "ja"}
    labels = {"helpful": {"value": value, "source": "consensus"}}
    return {"schema": "touchstone-gold/2", "conversation": said, "labels": labels, **fields}


def statement(**said):
    return {**dict.fromkeys(SAID), "changes": {"added": [], "revised": [], "retired": []}, **said}


def release_of(payloads, *, number=1, parent="", version=2, said=None, **part):
    """The lines of a file, as an export writes them."""
    said = said or statement()
    manifest = ManifestHash().take((uid, digest(one)) for uid, one in payloads.items())
    sealed = statement_of(said) if version == 2 else ""
    same = {
        "release": number,
        "n_items": len(payloads),
        "parent": parent,
        "manifest_hash": manifest.sealed(number=number, parent=parent, statement=sealed),
        **({"manifest_version": 2, "statement": sealed} if version == 2 else {}),
        **part,
    }
    lines = []
    for position, (uid, one) in enumerate(payloads.items()):
        head = {"uid": uid, "content_hash": digest(one), "position": position, **same}
        if version == 2 and not position:
            head["said"] = canonical(said).decode()
        lines.append(line_of(head, one))
    return lines


@pytest.fixture
def lines():
    return release_of({uid: payload(uid) for uid in UIDS})


def test_a_release_proves_itself(lines):
    found = verify_lines(lines)
    assert (found.release, found.n_items, found.part) == (1, 3, "")


@pytest.mark.parametrize("name", ["uid", "release", "n_items", "parent", "manifest_hash"])
def test_a_line_whose_head_lacks_something_is_named(lines, name):
    spoilt = []
    for raw in lines:
        whole = json.loads(raw)
        del whole["gold"][name]
        spoilt.append(json.dumps(whole).encode() + b"\n")
    with pytest.raises(InvalidError, match="Line 1 is no item of a release"):
        verify_lines(spoilt)


def test_a_release_of_the_first_version_still_does():
    lines = release_of({uid: payload(uid) for uid in UIDS}, version=1)
    assert verify_lines(lines).n_items == 3


def test_the_manifest_hash_is_that_of_one_json():
    items = [[uid, digest(payload(uid))] for uid in UIDS]
    whole = {"items": items, "number": 1, "parent": ""}
    assert ManifestHash().take(items).sealed(number=1, parent="") == digest(whole)
    sealed = ManifestHash().take(items).sealed(number=1, parent="", statement="s")
    assert sealed == digest({**whole, "statement": "s"})
    assert ManifestHash().sealed(number=1, parent="") == digest({**whole, "items": []})


def test_a_file_written_anew_by_another_program_still_does(lines):
    again = [json.dumps(orjson.loads(line), ensure_ascii=True).encode() for line in lines]
    assert verify_lines(again) == verify_lines(lines)


def swapped(line, old, new):
    assert old in line
    return line.replace(old, new, 1)


@pytest.mark.parametrize(
    ("number", "old", "new", "told"),
    [
        (1, b'"value":"4"', b'"value":"5"', "Line 2 .* item b2 was changed"),
        (2, b"c3", b"d4", "Line 3|manifest hash"),
        (1, b'"position":1', b'"position":2', "Line 2 has position 2, and 1 comes here"),
        (1, b'"release":1', b'"release":2', "Line 2 says another “release”"),
        (1, b'"n_items":3', b'"n_items":2', "Line 2 says another “n_items”"),
        (0, b'\\"note\\":null', b'\\"note\\":\\"x\\"', "statement was changed"),
        (1, b'{"gold":', b'{"silver":', "Line 2 is no item of a release"),
        (1, b"}", b"", "Line 2 is no item of a release"),
    ],
)
def test_a_change_is_told_with_its_line(lines, number, old, new, told):
    lines[number] = swapped(lines[number], old, new)
    with pytest.raises(InvalidError, match=told):
        verify_lines(lines)


@pytest.mark.parametrize("keep", [[0, 1], [0, 2], [1, 2], [0, 2, 1], [0, 1, 2, 2], [2, 1, 0]])
def test_a_line_that_is_missing_doubled_or_moved_is_told(lines, keep):
    with pytest.raises(InvalidError):
        verify_lines([lines[one] for one in keep])


def test_an_item_with_a_hash_of_its_own_is_not_of_the_manifest(lines):
    other = payload("b2", "1")
    head = orjson.loads(lines[1])["gold"] | {"content_hash": digest(other)}
    lines[1] = line_of(head, other)
    with pytest.raises(InvalidError, match="manifest hash"):
        verify_lines(lines)


def test_another_statement_with_a_hash_of_its_own_is_not_of_the_manifest(lines):
    said = canonical(statement(note="Better.")).decode()
    sealed = statement_of(statement(note="Better."))
    for number, line in enumerate(lines):
        item = orjson.loads(line)
        head = item.pop("gold") | {"statement": sealed} | ({} if number else {"said": said})
        lines[number] = line_of(head, item)
    with pytest.raises(InvalidError, match="manifest hash"):
        verify_lines(lines)


def test_an_empty_file_is_nothing():
    with pytest.raises(InvalidError, match="empty"):
        verify_lines([])


def test_a_tombstone_keeps_the_hash_of_what_it_was(lines):
    head = orjson.loads(lines[1])["gold"]
    erased = {"erased_at": "2026-11-02", "conversation": {"turns": []}, "labels": {}}
    lines[1] = line_of(head, erased)
    assert verify_lines(lines).n_erased == 1


@pytest.mark.parametrize(
    "said",
    [
        {"labels": {"helpful": {"value": "1"}}},
        {"conversation": {"turns": [{"role": "user", "content": "x"}]}},
        {"expected": {"text": "x"}},
        {"guidance": "x"},
        {"input": [{"role": "user", "content": "x"}]},
    ],
    ids=lambda said: next(iter(said)),
)
def test_what_still_says_something_is_no_tombstone(lines, said):
    head = orjson.loads(lines[1])["gold"]
    erased = {"erased_at": "2026-11-02", "conversation": {"turns": []}, "labels": {}, **said}
    lines[1] = line_of(head, erased)
    with pytest.raises(InvalidError, match="Line 2"):
        verify_lines(lines)


def test_a_part_proves_its_items_and_says_that_it_is_one():
    lines = release_of({uid: payload(uid) for uid in UIDS}, split="test")
    assert verify_lines(lines[1:]).part == "split test"
    lines[2] = swapped(lines[2], b'"value":"4"', b'"value":"5"')
    with pytest.raises(InvalidError, match="Line 2"):
        verify_lines(lines[1:])


# The command, which these tests let ask no database.


@pytest.fixture
def verify(tmp_path, capsys):
    """Writes files by their names and verifies the first, if wanted against the second."""

    def run(first, second=None, *options):
        paths = []
        for name, lines in (("a.jsonl", first), ("b.jsonl", second)):
            if lines is not None:
                paths.append(tmp_path / name)
                paths[-1].write_bytes(b"".join(lines))
        against = ["--against", str(paths[1])] if second is not None else []
        call_command("verify_release", str(paths[0]), *against, *options)
        return capsys.readouterr().out

    return run


def test_the_command_says_that_every_hash_matches(verify, lines):
    assert verify(lines).startswith("Release 1: 3 items, every hash matches")
    assert json.loads(verify(lines, None, "--format", "json"))["items"] == 3


def test_a_file_that_is_not_there_is_no_wrong_release(tmp_path):
    with pytest.raises(CommandError, match=r"^There is no file .*none\.jsonl\.$"):
        call_command("verify_release", str(tmp_path / "none.jsonl"))


def test_a_copy_tells_which_fields_were_changed(verify, lines):
    changed = list(lines)
    changed[1] = swapped(changed[1], b'"value":"4"', b'"value":"5"')
    changed[1] = swapped(changed[1], b'"language":"ja"', b'"language":"en"')
    with pytest.raises(CommandError, match=r"was changed labels\.helpful, conversation\.language"):
        verify(changed, lines)
    assert verify(lines, lines)


@pytest.fixture
def second(lines):
    """What follows the release: one item added, one with another label, one retired."""
    parent = verify_lines(lines).manifest_hash
    payloads = {"a1": payload("a1"), "b2": payload("b2", "1"), "d4": payload("d4")}

    def make(**changes):
        stated = {
            "added": ["d4"],
            "revised": [{"uid": "b2", "reason": "wrong"}],
            "retired": [{"uid": "c3", "reason": "old"}],
            **changes,
        }
        return release_of(payloads, number=2, parent=parent, said=statement(changes=stated))

    return make


def test_what_a_release_states_as_changed_is_held_against_its_parent(verify, lines, second):
    assert verify(second(), lines)


@pytest.mark.parametrize("kind", ["added", "revised", "retired"])
def test_a_change_that_is_not_stated_is_told(verify, lines, second, kind):
    with pytest.raises(CommandError, match=f"states other items as “{kind}”"):
        verify(second(**{kind: []}), lines)


def test_a_release_of_another_line_is_refused(verify, lines, second):
    other = release_of({"x9": payload("x9")})
    with pytest.raises(CommandError, match="follows another release"):
        verify(second(), other)
