"""Write docs/reference/api.md from the OpenAPI document; with --check, only compare.

The document is made from what each operation declares, and the page from the document, so that
neither can tell another story than the code does.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PAGE = Path("docs/reference/api.md")
INTRODUCTION = """\
# API

What programs can ask. [How to use it](../how-to/use-the-api.md) shows the first calls; the same in
OpenAPI 3 is at `/api/v1/schema/`. This page is written by `make reference`.

- **Who calls.** `Authorization: Bearer ts_…` with a key that an owner made under **People**, **API
  keys**. A key belongs to one project and has a role: a *viewer* reads, a *manager* also imports.
  A page's session works too; what it changes needs the header `X-CSRFToken`.
- **Names.** Everything has a `uid`. What belongs to another project or team answers like what does
  not exist.
- **Lists** come in pages, newest first: follow `next` until it is null. A row that comes in
  meanwhile moves none to another page.
- **Parameters** that are unknown or do not fit are refused, never ignored.
- **Files** in are the body of the request, with a `Content-Length`; files out are streamed.
- **Times** are ISO 8601 in UTC. **Sentences** come in the language of `Accept-Language`, `en` or
  `ja`.
- **Limits.** 1,200 requests a minute and caller; beyond, 429 with `Retry-After`.

## Errors

A refusal has one shape, whatever refused it, and nothing was changed:

```json
{"error": {"code": "invalid", "message": "page_size: …", "fields": {"page_size": "…"}}}
```

`code` is for programs and stays; `message` is a sentence; `fields` says what is wrong with which
parameter (`request`: with the whole).

| Status | Code | Means |
|---|---|---|
"""
OWN_CODES = (
    (403, "csrf", "A session wanted to change something without the token of a page."),
    (409, "refused", "The state of the thing does not allow it; the sentence says which."),
    (413, "upload_too_large", "The file is larger than `TOUCHSTONE_MAX_UPLOAD`."),
    (500, "failed", "The fault is ours; the operators find it in the log."),
)
AFTER_ERRORS = """
A file that is refused as a whole bears the code of its fault, as its lines would: `empty_file`,
`not_json`, `unknown_shape`, `unknown_field`, `wrong_encoding` and so on.
"""
FRAMEWORK = {
    400: "The request cannot be read.",
    405: "The address does not answer this method; see `Allow`.",
}


def errors() -> Iterator[str]:
    from accounts.api.operations import REFUSALS
    from core.api.errors import CODES

    told = FRAMEWORK | REFUSALS
    rows = [*((status, code, told[status]) for status, code in CODES.items()), *OWN_CODES]
    for status, code, means in sorted(rows):
        yield f"| {status} | `{code}` | {means} |"


def operations(document: Mapping[str, Any]) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            yield from ("", f"### `{method.upper()} {path}`", "")
            yield from (f"{one['summary']}. {one.get('description', '')}".rstrip(), "")
            yield from parameters(one)
            if "requestBody" in one:
                yield from (body(one["requestBody"]["content"]), "")
            yield answers(one)


def body(content: Mapping[str, Any]) -> str:
    if "multipart/form-data" in content:
        return "Body: the file, or a form with the field `file`."
    return f"Body, as JSON: {kind(content['application/json']['schema'])}."


def parameters(one: Mapping[str, Any]) -> Iterator[str]:
    given = [found for found in one.get("parameters", []) if found["in"] != "path"]
    if not given:
        return
    yield from ("| Parameter | | |", "|---|---|---|")
    for found in given:
        where = " (header)" if found["in"] == "header" else ""
        yield f"| `{found['name']}`{where} | {kind(found['schema'])} | {note(found)} |"
    yield ""


def note(field: Mapping[str, Any]) -> str:
    schema = field.get("schema", field)
    words = str(field.get("description", "")).strip()
    if (default := schema.get("default")) not in (None, "", []):
        words += f" Default: `{str(default).lower() if default in (True, False) else default}`."
    return words.strip().replace("|", "\\|")


def answers(one: Mapping[str, Any]) -> str:
    found, refused = "", []
    for status, response in one["responses"].items():
        if int(status) < 300:
            media, content = next(iter(response["content"].items()))
            what = kind(content["schema"])
            found = f"{status}, {what}" if media == "application/json" else f"{status}, `{media}`"
        else:
            refused.append(status)
    return f"Answers {found}. Refuses with {', '.join(refused)}."


def kind(schema: Mapping[str, Any]) -> str:
    """A type as one reads it: ``uuid``, ``a, b or c``, a link to a shape, a list of it."""
    if "allOf" in schema:
        return kind(schema["allOf"][0])
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {kind(schema['items'])}"
    return str(schema.get("format") or schema.get("type") or "any JSON")


def shapes(document: Mapping[str, Any]) -> Iterator[str]:
    for name, schema in document["components"]["schemas"].items():
        yield from ("", f"### {name}", "")
        if "enum" in schema:
            yield kind(schema) + "."
            continue
        yield from ("| Field | | |", "|---|---|---|")
        for field, inner in schema["properties"].items():
            null = " or null" if inner.get("nullable") else ""
            yield f"| `{field}` | {kind(inner)}{null} | {note(inner)} |"


def page() -> str:
    from accounts.api.views import document

    found = document()
    lines = [*errors(), AFTER_ERRORS, "## Operations", *operations(found), "", "## Shapes"]
    return INTRODUCTION + "\n".join([*lines, *shapes(found)]).rstrip() + "\n"


def main() -> None:
    import django

    sys.path.insert(0, str(Path.cwd()))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    text = page()
    if sys.argv[1:] == ["--check"]:
        if not PAGE.exists() or PAGE.read_text() != text:
            sys.exit(f"{PAGE} is not what the API says. Run `make reference` and commit it.")
        return
    PAGE.write_text(text)


if __name__ == "__main__":
    main()
