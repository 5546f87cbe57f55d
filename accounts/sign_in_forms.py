"""The forms of allauth without placeholders: each field has its label above it already."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm


class WithoutPlaceholders:
    """A placeholder that repeats the label is read out twice, and goes once somebody writes."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignInForm(WithoutPlaceholders, LoginForm):  # type: ignore[misc]
    pass


class NewPasswordForm(WithoutPlaceholders, ChangePasswordForm):  # type: ignore[misc]
    pass
