"""Show which answers a draft of rules would change over everything seen so far, before it is activated."""

from argparse import ArgumentParser

from hub.commands import HubCommand, Options
from hub.errors import UsageError
from hub.progress import Meter
from hub.tenancy import every_tenant
from pipelines.billing.rules.models import RuleSet
from pipelines.billing.rules.preview import Preview, keep, newest_draft, preview
from pipelines.engine.brands import active_brands


class Command(HubCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--brand", required=True, metavar="CODE", help="whose rules")
        parser.add_argument("--kind", required=True, choices=RuleSet.Kind.values, help="which rules")
        parser.add_argument("--set", type=int, metavar="ID", help="which set (default: the newest draft)")

    def run(self, options: Options, progress: Meter) -> Preview:
        with every_tenant():
            found = preview(self._set(options), meter=progress)
            keep(found)
        return found

    def _set(self, options: Options) -> RuleSet:
        (brand,), kind, number = active_brands([options["brand"]]), options["kind"], options["set"]
        tenant = str(brand.code)
        if number is None:
            return newest_draft(tenant, kind)
        found = RuleSet.objects.filter(pk=number, tenant=tenant, kind=kind).first()
        if found is None:
            raise UsageError(
                f"{tenant} has no set {number} of {kind} rules", hint="see Rule sets in the admin for the ids"
            )
        return found
