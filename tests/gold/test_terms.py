"""Licence and consent: of the dataset, and in each of its items."""

import pytest
from django.urls import reverse

from gold.payload import hash_of
from gold.services.releases import publish_release
from gold.services.terms import change_dataset, write_terms
from tests import factories

pytestmark = pytest.mark.django_db


def test_new_terms_go_into_every_item_and_no_release(golden, dataset, alice):
    one, other = golden(), golden()
    release = publish_release(actor=alice, dataset=dataset, now=factories.NOON)
    said = {"licence": "CC-BY-4.0", "consent": "Users agreed to research."}
    job = change_dataset(actor=alice, dataset=dataset, name="Better gold", **said)
    assert job is None
    for item in (one, other):
        item.refresh_from_db()
        assert item.payload["licence"] == "CC-BY-4.0"
        assert item.content_hash == hash_of(item.payload)
    assert {line.payload["licence"] for line in release.items.all()} == {""}
    later = publish_release(actor=alice, dataset=dataset, now=factories.NOON)
    assert {line.payload["consent"] for line in later.items.all()} == {"Users agreed to research."}


def test_a_name_alone_touches_no_item(golden, dataset, alice):
    item = golden()
    change_dataset(actor=alice, dataset=dataset, name="Renamed")
    dataset.refresh_from_db()
    assert dataset.name == "Renamed"
    before = item.content_hash
    item.refresh_from_db()
    assert item.content_hash == before


def test_a_large_dataset_follows_in_the_background(golden, dataset, alice, monkeypatch):
    monkeypatch.setattr("gold.services.terms.is_large", lambda dataset: True)
    monkeypatch.setattr("gold.services.terms.PAGE", 2)
    items = [golden() for _one in range(3)]
    job = change_dataset(actor=alice, dataset=dataset, name="Gold", licence="MIT")
    assert (job.total, items[0].payload["licence"]) == (3, "")
    dataset.refresh_from_db()
    told: list[int] = []
    assert write_terms(dataset, told.append) == 3
    assert told == [2, 3]


def test_the_page_says_the_terms(dataset, client, alice):
    client.force_login(alice)
    url = reverse("gold:dataset_change", args=[dataset.uid])
    client.post(url, {"name": "Gold", "licence": "<i>MIT</i>"})
    assert "&lt;i&gt;MIT&lt;/i&gt;" in client.get(dataset.get_absolute_url()).text
    assert client.post(url, {"name": ""}).status_code == 422
