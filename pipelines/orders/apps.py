from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "pipelines.orders"
    label = "orders"
    verbose_name = "Orders"

    def ready(self) -> None:
        from hub import personal
        from hub.cases import Suite, suites
        from hub.registry import Job, jobs
        from pipelines.orders import doctor, store
        from pipelines.orders.allocation import cases
        from pipelines.orders.draft import PERSONAL
        from pipelines.orders.jobs import ASSEMBLE

        suites.add(Suite(name="refund", run=cases.run))
        personal.register(store.MODEL, PERSONAL)
        jobs.add(Job(name=ASSEMBLE, after="enrich_billing"))
        doctor.register()
