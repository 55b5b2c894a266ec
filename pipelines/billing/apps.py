from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "pipelines.billing"
    label = "billing"
    verbose_name = "Billing"

    def ready(self) -> None:
        from hub import personal
        from hub.registry import Job, jobs
        from pipelines.billing import doctor
        from pipelines.billing.feeds import entities, sources
        from pipelines.billing.jobs import IMPORT, RECONCILE, replay_group
        from pipelines.engine.replay import Replayer, replayers
        from pipelines.engine.rows import ImportedRow, spec_of
        from pipelines.engine.source import find_sources_with

        for model in self.get_models():
            if issubclass(model, ImportedRow):
                personal.register(model._meta.label_lower, spec_of(model).personal)
        jobs.add(Job(name=IMPORT, cron="0 5 * * *"))
        jobs.add(Job(name=RECONCILE, cron="0 2 * * 0"))
        replayers.add(Replayer(name=self.name, entities=entities, replay=replay_group))
        doctor.register()
        find_sources_with(sources)
