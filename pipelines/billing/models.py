from pipelines.billing.enrich.models import *  # noqa: F403  Django looks for models here
from pipelines.billing.entities import *  # noqa: F403  the same
from pipelines.billing.rules.models import *  # noqa: F403  the same
