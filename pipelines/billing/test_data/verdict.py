"""What is known of an account, and whether it is test data: the names other rooms use. Pure.

See docs/explanation/test-data.md.
"""

from pipelines.billing.test_data.evidence import AccountEvidence, Instrument, Paid, Person, Verdict
from pipelines.billing.test_data.judge import Judge
from pipelines.billing.test_data.rules import LAYERS, Rule, check_rule
from pipelines.billing.test_data.seed import SEED

__all__ = [
    "LAYERS",
    "SEED",
    "AccountEvidence",
    "Instrument",
    "Judge",
    "Paid",
    "Person",
    "Rule",
    "Verdict",
    "check_rule",
]
