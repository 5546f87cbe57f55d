"""Django's own checks, as a newcomer and as production runs it; no migration may be missing."""

import os
import secrets
import subprocess
import sys
import tempfile

PRODUCTION = {
    "DATABASE_URL": "postgres://touchstone@localhost/touchstone",
    "CELERY_BROKER_URL": "redis://localhost/0",
    "TOUCHSTONE_ALLOWED_HOSTS": "touchstone.example",
    "TOUCHSTONE_HTTPS": "1",
    "TOUCHSTONE_SECRET_KEY": secrets.token_urlsafe(50),
}


def manage(*words: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "-W", "error::RuntimeWarning", "manage.py", *words]
    if code := subprocess.run(command, env=environment).returncode:
        sys.exit(code)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="touchstone-") as home:
        embedded = {k: v for k, v in os.environ.items() if k not in PRODUCTION}
        embedded["TOUCHSTONE_HOME"] = home
        manage("check", "--fail-level", "WARNING", environment=embedded)
        manage("makemigrations", "--check", "--dry-run", environment=embedded)
        production = embedded | PRODUCTION
        manage("check", "--deploy", "--fail-level", "WARNING", environment=production)


if __name__ == "__main__":
    main()
