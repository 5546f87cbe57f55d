"""What the end-user side does when a lower floor announces something."""

from typing import Any

from core import registry
from jobs.ledger import enqueue_on_commit
from surveys.importing.uploads import remove_forgotten_uploads
from surveys.models import CurrentFeedback
from surveys.services import calls, keeping, routing, soon, stopped_imports, webhook_messages


def connect() -> None:
    """Register the handlers; called once when the app is ready."""
    registry.on("ways_in", routing.ways_in)
    registry.on("cleaning", routing.let_waiting_in)
    registry.on("cleaning", calls.forget_calls)
    registry.on("cleaning", remove_forgotten_uploads)
    registry.on("jobs_in_use", stopped_imports.name_jobs)
    registry.on("conversations_imported", join_feedback)
    registry.on("sweeping", soon.fold_rest)
    registry.on("cleaning", soon.forget_folds)
    registry.on("cleaning", keeping.clean)
    registry.on("cleaning", webhook_messages.forget_messages)


def join_feedback(*, project: Any, run: Any) -> None:
    """Feedback may be here before the conversation that it is about."""
    if CurrentFeedback.objects.filter(project=project).exists():
        enqueue_on_commit(
            "surveys.tasks.join_feedback",
            args={"project": project.pk, "run": run.pk},
            project_uid=project.uid,
        )
