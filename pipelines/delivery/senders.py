"""Which sender a target needs, and whether its address will do."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from hub.errors import ConfigError
from pipelines.delivery.addresses import bucket_and_prefix, endpoint, folder_parts
from pipelines.delivery.files import FolderSender
from pipelines.delivery.https import HttpsSender, Limits, trusted
from pipelines.delivery.models import Target
from pipelines.delivery.s3 import S3Sender
from pipelines.delivery.secrets import opened_secrets
from pipelines.delivery.sender import Sender
from pipelines.delivery.signing import key_of


def open_sender(target: Target) -> Sender:
    """The sender of a target; raises ConfigError where the target cannot be used as it stands."""
    limits = Limits(connect=target.connect_seconds, answer=target.answer_seconds)
    if target.kind == Target.Kind.FOLDER:
        return FolderSender(Path(settings.HUB_DELIVERY_FOLDER, *folder_parts(target.address)))
    if target.kind == Target.Kind.S3:
        return S3Sender(*bucket_and_prefix(target.address), limits=limits)
    keys = [key_of(secret) for secret in opened_secrets(target)]
    if not keys:
        raise ConfigError(
            f"{target.name} has no secret to sign with", hint="give it one on its page in admin"
        )
    private = may_be_private(target)
    return HttpsSender(
        endpoint(target.address, allow_private=private),
        keys=keys,
        limits=limits,
        private=private,
        context=trusted(settings.HUB_DELIVERY_CA_FILE),
    )


def check_address(target: Target) -> None:
    """Raise ConfigError for an address that cannot be one; nothing is resolved or opened."""
    if target.kind == Target.Kind.FOLDER:
        folder_parts(target.address)
    elif target.kind == Target.Kind.S3:
        bucket_and_prefix(target.address)
    else:
        endpoint(target.address, allow_private=may_be_private(target))


def may_be_private(target: Target) -> bool:
    """Both must say so: who edits targets, and who runs the hub."""
    return target.allow_private and settings.HUB_DELIVERY_ALLOW_PRIVATE
