"""Say how a text is classified, and why: its tokens, every rule that matched, and the three answers."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

from hub.commands import HubCommand, Options
from hub.progress import Meter
from hub.tenancy import every_tenant
from pipelines.billing.freetext.classifier import Classifier
from pipelines.billing.freetext.evidence import FIELDS, Evidence
from pipelines.billing.freetext.rules import SEED
from pipelines.billing.freetext.showing import ExplainReport
from pipelines.billing.rules.active import active_classifier
from pipelines.engine.brands import active_brands

YES, NO = "yes", "no"


class Command(HubCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("text", metavar="TEXT", help="the text as it stands in the table")
        parser.add_argument(
            "--brand", metavar="CODE", help="by the rules in force there; by the code's own if left out"
        )
        parser.add_argument(
            "--field",
            default="rate_plan.name",
            choices=FIELDS,
            metavar="FIELD",
            help="where it stands; rate_plan.name",
        )
        parser.add_argument(
            "--context",
            action="append",
            default=[],
            type=_around,
            metavar="FIELD=TEXT",
            help="a text around it; may be repeated",
        )
        parser.add_argument("--charge-type", choices=("Recurring", "OneTime", "Usage"), help="of the charge")
        parser.add_argument("--charge-model", help="such as Discount-Percentage")
        parser.add_argument(
            "--processing-type",
            choices=("0", "1", "2", "3"),
            help="0 charge, 1 discount, 2 prepayment, 3 tax",
        )
        parser.add_argument("--sign", type=int, choices=(-1, 0, 1), help="of the price or amount")
        parser.add_argument("--term-type", choices=("TERMED", "EVERGREEN"), help="of the subscription")
        parser.add_argument("--auto-renew", choices=(YES, NO), help="whether the term is renewed")
        parser.add_argument("--gift", action="store_true", help="the subscription is marked as a gift")

    def run(self, options: Options, progress: Meter) -> ExplainReport:
        return ExplainReport(explanation=_classifier(options["brand"]).explain(evidence_from(options)))


def _around(pair: str) -> tuple[str, str]:
    """Field and text of a FIELD=TEXT."""
    field, mark, text = pair.partition("=")
    if not mark or field not in FIELDS:
        raise ArgumentTypeError(f"{pair!r} is no FIELD=TEXT (choose FIELD from {', '.join(FIELDS)})")
    return field, text


def _classifier(brand: str | None) -> Classifier:
    if brand is None:
        return Classifier(SEED)
    with every_tenant():
        (tenant,) = active_brands([brand])
        return active_classifier(str(tenant.code))


def evidence_from(options: Options) -> Evidence:
    """The evidence that the arguments describe."""
    renews = options["auto_renew"]
    return Evidence(
        texts=((options["field"], options["text"]), *options["context"]),
        charge_type=options["charge_type"],
        charge_model=options["charge_model"],
        processing_type=options["processing_type"],
        sign=options["sign"],
        term_type=options["term_type"],
        auto_renew=None if renews is None else renews == YES,
        gift=True if options["gift"] else None,
    )
