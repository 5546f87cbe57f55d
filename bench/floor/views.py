from typing import Any

import orjson
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.floor.claims import claim, finish


def ready(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"ready")


@ensure_csrf_cookie
def enter(request: HttpRequest, number: int) -> HttpResponse:
    """Sign rater `number` in, without a password: what that costs is not measured."""
    user, _made = User.objects.get_or_create(username=f"rater{number}")
    login(request, user)
    return HttpResponse(str(user.pk))


TAKE_EVENT = """
    INSERT INTO floor_event (project, uid, payload, received_at)
    VALUES (1, %s, %s, CURRENT_TIMESTAMP)
    ON CONFLICT (project, uid) DO NOTHING RETURNING id"""


@csrf_exempt
def event(request: HttpRequest) -> HttpResponse:
    """One event, durably, unless it is here already."""
    said = orjson.loads(request.body)["events"][0]
    uid = said["id"] if connection.vendor == "postgresql" else said["id"].replace("-", "")
    with connection.cursor() as cursor:
        cursor.execute(TAKE_EVENT, [uid, orjson.dumps(said).decode()])
        answer = {"accepted": len(cursor.fetchall())}
    return HttpResponse(orjson.dumps(answer), content_type="application/json", status=202)


class Judgement(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    score = serializers.IntegerField(min_value=1, max_value=5)
    comment = serializers.CharField(allow_blank=True, max_length=4000)


class Cycle(APIView):
    def get(self, request: Request) -> Response:
        return following(request)

    def post(self, request: Request) -> Response:
        judgement = Judgement(data=request.data)
        judgement.is_valid(raise_exception=True)
        said = judgement.validated_data
        with transaction.atomic():
            if not finish(said["item"], request.user.pk, said["score"], said["comment"]):
                return Response(status=409)
            return following(request)


def following(request: Request) -> Response:
    row = claim(request.user.pk)
    if row is None:
        return Response({"item": None})
    payload = orjson.loads(row[1]) if isinstance(row[1], str) else row[1]
    return Response({"item": row[0], "payload": payload})
