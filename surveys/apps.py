from django.apps import AppConfig

from core.frozen import freeze


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        from surveys import written
        from surveys.receivers import connect

        connect()
        written.connect()
        freeze(
            "surveys_surveyversion",
            "ROW.state = 'published'",
            "A published survey version never changes.",
        )
        freeze("surveys_instrument", "ROW.number > 0", "The words of a widget never change.")
