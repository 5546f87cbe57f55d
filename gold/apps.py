from django.apps import AppConfig

#: A release that is there already, by any of its names.
SECOND_RELEASE = """EXISTS (SELECT 1 FROM gold_release there WHERE there.id = ROW.id
    OR there.uid = ROW.uid OR (there.dataset_id = ROW.dataset_id AND there.number = ROW.number))"""
#: A line beyond those that the release was published with: all its positions are taken.
BEYOND = "ROW.position >= (SELECT n_items FROM gold_release WHERE id = ROW.release_id)"
#: A line that is there already.
SECOND_LINE = """EXISTS (SELECT 1 FROM gold_releaseitem there
        WHERE there.release_id = ROW.release_id
            AND (there.position = ROW.position OR there.gold_item_id = ROW.gold_item_id))
    OR EXISTS (SELECT 1 FROM gold_releaseitem there WHERE there.id = ROW.id)"""


class GoldConfig(AppConfig):
    name = "gold"

    def ready(self) -> None:
        from core import registry
        from core.frozen import freeze
        from gold import written
        from gold.approved import name_changes, name_verdicts
        from gold.audit_names import name_targets
        from gold.cleaning import (
            name_jobs,
            remove_broken_runs,
            remove_forgotten_outputs,
            remove_lost_exports,
        )
        from gold.services.erasing import forget_conversations, forget_outputs, name_kept
        from gold.services.following import follow_hidden_words, forget_written_words

        registry.on("cleaning", remove_lost_exports)
        registry.on("cleaning", remove_forgotten_outputs)
        registry.on("cleaning", remove_broken_runs)
        registry.on("audit_targets", name_targets)
        registry.on("jobs_in_use", name_jobs)
        registry.on("verdicts_in_use", name_verdicts)
        registry.on("gold_changes", name_changes)
        registry.on("subject_kept", name_kept)
        registry.on("subject_erased", forget_conversations)
        registry.on("words_hidden", follow_hidden_words)
        registry.on("words_rewritten", forget_written_words)
        written.connect()
        registry.on("subject_erased", forget_outputs)
        never = "A release never changes. Publish the next one instead."
        freeze("gold_release", "1 = 1", never, replaces=SECOND_RELEASE)
        freeze("gold_releaseitem", "1 = 1", never, inserts=BEYOND, replaces=SECOND_LINE)
