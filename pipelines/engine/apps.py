from django.apps import AppConfig


class EngineConfig(AppConfig):
    name = "pipelines.engine"
    label = "engine"
    verbose_name = "Operations"

    def ready(self) -> None:
        from pipelines.engine import doctor

        doctor.register()
