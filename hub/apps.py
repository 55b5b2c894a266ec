from django.apps import AppConfig


class HubConfig(AppConfig):
    name = "hub"

    def ready(self) -> None:
        from hub import doctor, logs

        logs.configure()
        doctor.register()
