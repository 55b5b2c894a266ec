"""Deliveries as objects of S3. An object appears when all of it has arrived; digests go with it.

Credentials, region and endpoint are AWS's own variables (AWS_PROFILE, AWS_ENDPOINT_URL_S3, ...).
"""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pipelines.delivery.https import Limits
from pipelines.delivery.parcels import Parcel
from pipelines.delivery.verdict import Answer


class S3Sender:
    """One bucket and prefix; a parcel's id is the name of its object."""

    def __init__(self, bucket: str, prefix: str, *, limits: Limits) -> None:
        self._bucket, self._prefix = bucket, prefix
        self._client: Any = boto3.client(
            "s3",
            config=Config(
                connect_timeout=limits.connect,
                read_timeout=limits.answer,
                retries={"total_max_attempts": 1},  # the outbox tries again, and remembers that it did
            ),
        )

    def send(self, parcel: Parcel) -> Answer:
        begun = time.monotonic()
        try:
            self._put(parcel)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))[:60]
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            return Answer(
                error="storage", detail=f"S3 says {code} ({status})", seconds=time.monotonic() - begun
            )
        except BotoCoreError as error:
            return Answer(error="storage", detail=type(error).__name__, seconds=time.monotonic() - begun)
        return Answer(seconds=time.monotonic() - begun)

    def close(self) -> None:
        self._client.close()

    def _put(self, parcel: Parcel) -> None:
        self._client.put_object(
            Bucket=self._bucket,
            Key=self._prefix + parcel.id,
            Body=parcel.body,
            ContentType=parcel.media_type,
            ContentMD5=base64.b64encode(hashlib.md5(parcel.body, usedforsecurity=False).digest()).decode(),
            ChecksumSHA256=base64.b64encode(hashlib.sha256(parcel.body).digest()).decode(),
        )
