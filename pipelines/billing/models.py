from pipelines.billing.entities import *  # noqa: F403  Django looks for models here
