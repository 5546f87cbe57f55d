"""Form fields that hold against what no page of ours sends."""

from typing import Any

from django import forms


class ManyChoiceField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # as in the stubs
    """Django's, which lets a number beyond the database's integers through to SQLite."""

    def _check_values(self, value: Any) -> Any:
        try:
            return super()._check_values(value)  # type: ignore[misc]
        except OverflowError:
            raise forms.ValidationError(
                self.error_messages["invalid_choice"],
                code="invalid_choice",
                params={"value": "…"},
            ) from None
