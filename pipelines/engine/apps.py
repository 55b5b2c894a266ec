from django.apps import AppConfig


class EngineConfig(AppConfig):
    name = "pipelines.engine"
    label = "engine"
    verbose_name = "Operations"

    def ready(self) -> None:
        from hub.cases import Suite, suites
        from pipelines.engine import doctor
        from pipelines.engine.repair import cases

        doctor.register()
        suites.add(Suite(name="column_shift", run=cases.run))
