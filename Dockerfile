# The image of every production process: web, worker and beat differ by their command only.
FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 TOUCHSTONE_HOME=/var/lib/touchstone
WORKDIR /srv/touchstone

COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY . .
RUN useradd --system --home "$TOUCHSTONE_HOME" --create-home touchstone
USER touchstone
VOLUME /var/lib/touchstone
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=8"]
