from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "pipelines.billing"
    label = "billing"
    verbose_name = "Billing"

    def ready(self) -> None:
        from hub import personal
        from hub.cases import Suite, suites
        from hub.registry import Job, jobs
        from pipelines.billing import doctor
        from pipelines.billing.enrich import standing
        from pipelines.billing.enrich.job import ENRICH
        from pipelines.billing.feeds import entities, sources
        from pipelines.billing.freetext import cases as freetext_cases
        from pipelines.billing.jobs import IMPORT, RECONCILE, replay_group
        from pipelines.billing.test_data import cases as test_data_cases
        from pipelines.engine.replay import Replayer, replayers
        from pipelines.engine.rows import ImportedRow, spec_of
        from pipelines.engine.settled import importing_jobs
        from pipelines.engine.source import find_sources_with

        for model in self.get_models():
            if issubclass(model, ImportedRow):
                personal.register(model._meta.label_lower, spec_of(model).personal)
        jobs.add(Job(name=IMPORT, cron="0 5 * * *"))
        importing_jobs.add(IMPORT)
        jobs.add(Job(name=ENRICH, after=IMPORT))
        jobs.add(Job(name=RECONCILE, cron="0 2 * * 0"))
        replayers.add(Replayer(name=self.name, entities=entities, replay=replay_group))
        doctor.register()
        standing.register()
        find_sources_with(sources)
        suites.add(Suite(name="freetext", run=freetext_cases.run))
        suites.add(Suite(name="test_data", run=test_data_cases.run))
