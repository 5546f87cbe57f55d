"""New objects without `Model.__init__`, for the doors of `core.prepared`.

It copies each field by itself, asks each foreign key for its descriptor and sends two signals that
nothing of ours listens to: a submit makes six rows, and that was a tenth of its time.
"""

from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models.base import ModelState

M = TypeVar("M", bound=models.Model)


class Maker(Generic[M]):
    """Called with values as the model's class is; whatever is left out gets its field's default."""

    def __init__(self, model: type[M]) -> None:
        self.model = model

    def __call__(self, **values: Any) -> M:
        one = self.model.__new__(self.model)
        one._state = state = ModelState()
        made = one.__dict__
        made.update(self.constants)
        for name, value in values.items():
            attname, cache_name = self.places[name]
            if cache_name:
                state.fields_cache[cache_name] = value
                made[attname] = None if value is None else value.pk
            else:
                made[attname] = value
        for attname, default in self.asked:
            if attname not in made:
                made[attname] = default()
        return one

    @cached_property
    def places(self) -> dict[str, tuple[str, str]]:
        """Where the value of a name goes; an object of a foreign key is kept beside its key."""
        if self.model.__init__ is not models.Model.__init__:
            raise TypeError(f"{self.model.__name__} has an __init__ of its own: make it by that.")
        fields = self.model._meta.concrete_fields
        links = [field for field in fields if isinstance(field, models.ForeignKey)]
        return {field.attname: (field.attname, "") for field in fields} | {
            field.name: (field.attname, field.cache_name) for field in links
        }

    @cached_property
    def constants(self) -> dict[str, Any]:
        """Defaults that are the same for every row."""
        return {
            field.attname: field.get_default()
            for field in self.model._meta.concrete_fields
            if not asks(field)
        }

    @cached_property
    def asked(self) -> list[tuple[str, Any]]:
        """Defaults that are made anew, such as a uid and the time."""
        return [
            (field.attname, field.default)
            for field in self.model._meta.concrete_fields
            if asks(field)
        ]


def asks(field: Any) -> bool:
    return field.has_default() and callable(field.default)
