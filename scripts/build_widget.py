"""Build what pages of other sites load: static/widget/src into static/widget/dist/<version>/.

Each file of BUNDLES is one module with what it imports, in one function scope, minified. The result
is committed, so that nobody needs the minifier to run or to install Touchstone: `--check` compares
it with the sources by hash, and byte for byte where the minifier is installed (it has no wheel for
macOS on ARM). A version that was released stays as it is: change VERSION in src/version.js with
the first change after a release.
"""

import argparse
import base64
import gzip
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent / "static" / "widget"
SOURCES = ROOT / "src"
# The file that pages load, the module it begins with, and how many bytes it may have as gzip.
BUNDLES = {
    "feedback.js": ("feedback.js", 4096),
    "survey.js": ("survey.js", 12_288),
}

IMPORT = re.compile(r'^import (?:\{(?P<names>[^}]*)\} from )?"\./(?P<file>[\w-]+\.js)";\n', re.M)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) )", re.M)
NAMED = re.compile(r"^(?:async )?(?:function\*?|class|const|let) (\w+)", re.M)
COMMENT = re.compile(r"/\*\*.*?\*/\n?", re.S)


class BuildError(Exception):
    """Tells in a sentence what of the sources cannot be bundled."""


def bundle(entry: str, sources: Path = SOURCES) -> str:
    """One script of `entry` and all that it imports, what is imported standing first."""
    parts = modules(entry, sources)
    owner: dict[str, str] = {}
    for name, text in parts.items():
        for found in NAMED.findall(text):
            if found in owner:
                raise BuildError(
                    f"{name} declares '{found}', which {owner[found]} declares too; in a bundle "
                    "all modules share one scope: rename one of them."
                )
            owner[found] = name
    return "(() => {\n" + "".join(parts.values()) + "})();\n"


def modules(entry: str, sources: Path) -> dict[str, str]:
    """The text of each module without its imports and exports, in the order they must run."""
    parts: dict[str, str] = {}
    path: list[str] = []

    def visit(name: str) -> None:
        if name in parts:
            return
        if name in path:
            raise BuildError(f"{' -> '.join([*path, name])}: modules import each other in a ring.")
        path.append(name)
        source = sources / name
        if not source.is_file():
            raise BuildError(f"{path[-2] if path[1:] else 'BUNDLES'} names {name}: no such module.")
        text = source.read_text(encoding="utf-8")
        for found in IMPORT.finditer(text):
            visit(found["file"])
        text = EXPORT.sub("", IMPORT.sub("", text))
        if left := re.search(r"^(?:import|export)\b.*", text, re.M):
            raise BuildError(
                f"{name}: '{left[0]}' is not understood. Write `import {{ name }} from "
                '"./file.js";` and `export` in front of a function, class, const or let.'
            )
        parts[name] = COMMENT.sub("", text)
        path.pop()

    visit(entry)
    return parts


def minified(script: str) -> str:
    import minify  # of tdewolff-minify: only who changes the sources needs it

    return str(minify.string("application/javascript", script)) + "\n"


def version(sources: Path = SOURCES) -> str:
    text = (sources / "version.js").read_text(encoding="utf-8")
    found = re.search(r'^export const VERSION = "(\d+\.\d+\.\d+)";$', text, re.M)
    if found is None:
        raise BuildError('version.js must hold one line `export const VERSION = "1.2.3";`.')
    return found[1]


def integrity(data: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


def gzipped(data: bytes) -> int:
    return len(gzip.compress(data, 9, mtime=0))


def entry_of(script: str, data: bytes) -> dict[str, Any]:
    return {
        "integrity": integrity(data),
        "bytes": len(data),
        "gzip": gzipped(data),
        "source": hash_of(script),
    }


def hash_of(script: str) -> str:
    return hashlib.sha256(script.encode()).hexdigest()


def present() -> dict[str, tuple[str, int]]:
    """The bundles whose first module is there."""
    return {name: item for name, item in BUNDLES.items() if (SOURCES / item[0]).is_file()}


def build() -> None:
    folder = ROOT / "dist" / version()
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, (entry, _limit) in present().items():
        script = bundle(entry)
        data = minified(script).encode()
        (folder / name).write_bytes(data)
        files[name] = entry_of(script, data)
        print(f"{folder.name}/{name}: {files[name]['gzip']:,} bytes as gzip")
    manifest = read_manifest()
    manifest["current"] = version()
    manifest["versions"][version()] = files
    manifest_path().write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def manifest_path() -> Path:
    return ROOT / "dist" / "manifest.json"


def read_manifest() -> dict[str, Any]:
    if not manifest_path().is_file():
        return {"current": "", "versions": {}}
    manifest: dict[str, Any] = json.loads(manifest_path().read_text(encoding="utf-8"))
    return manifest


def problems() -> list[str]:
    """What of the committed files is stale, too large, or not what the manifest says."""
    manifest = read_manifest()
    if manifest["current"] != version():
        return [f"manifest.json is of version {manifest['current']}, the sources of {version()}."]
    found = []
    files = manifest["versions"][version()]
    for name, (entry, limit) in present().items():
        script = bundle(entry)
        path = ROOT / "dist" / version() / name
        if not path.is_file() or name not in files:
            found.append(f"{version()}/{name} was not built.")
        elif files[name]["source"] != hash_of(script) or not is_same(script, path):
            found.append(f"{version()}/{name} is not what its sources give.")
        elif (size := gzipped(path.read_bytes())) > limit:
            found.append(f"{name} has {size:,} bytes as gzip; it may have {limit:,}.")
    for number, released in manifest["versions"].items():
        for name, said in released.items():
            path = ROOT / "dist" / number / name
            if not path.is_file() or integrity(path.read_bytes()) != said["integrity"]:
                found.append(f"{number}/{name} is not the file that its integrity was written of.")
    return found


def is_same(script: str, path: Path) -> bool:
    try:
        return minified(script).encode() == path.read_bytes()
    except ModuleNotFoundError:
        return (
            True  # its hash is that of these sources; a machine with the minifier checks the rest
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--check", action="store_true", help="change nothing; say what is stale")
    options = parser.parse_args()
    try:
        if not options.check:
            build()
        if found := problems():
            sys.exit("\n".join([*found, "Run `make widget` and commit static/widget/dist."]))
    except BuildError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
