"""What the requests of the matrix send, where it takes more than a word."""

import json
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from annotation.services.rubrics import rubric_data
from annotation.standing import standing_of
from tests.doors.world import Side


def answers(side: Side) -> dict[str, object]:
    return {"client_key": uuid4(), "q.helpful": "3"}


def newer_draft(side: Side) -> dict[str, object]:
    return answers(side) | {"version": 1}


def decision(side: Side) -> dict[str, object]:
    return {
        "q.helpful": "3",
        "reason": "It answers the question.",
        "seen": standing_of(side.items["disputed"]).version,
    }


def a_file(side: Side) -> dict[str, object]:
    line = b'{"messages": [{"role": "user", "content": "Where is my parcel?"}]}\n'
    return {"file": SimpleUploadedFile("more.jsonl", line)}


def a_file_of_ratings() -> dict[str, object]:
    line = b"conversation,rater,helpful\nsouth gold,ann,3\n"
    return {"file": SimpleUploadedFile("ratings.csv", line)}


def a_rubric_file(side: Side) -> dict[str, object]:
    text = json.dumps(rubric_data(side.version)).encode()
    return {"file": SimpleUploadedFile("rubric.json", text)}
