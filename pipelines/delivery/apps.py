from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "pipelines.delivery"
    label = "delivery"
    verbose_name = "Delivery"

    def ready(self) -> None:
        from hub import personal
        from hub.registry import Job, jobs
        from pipelines.delivery import doctor
        from pipelines.delivery.pruning import PRUNE
        from pipelines.delivery.report import DELIVER

        jobs.add(Job(name=DELIVER, cron="* * * * *"))
        jobs.add(Job(name=PRUNE, cron="30 6 * * *"))
        doctor.register()
        personal.register("delivery.outboxmessage", ["body"])
