"""What doctor asks of an Athena address; none of it is a query, so none of it costs anything."""

from __future__ import annotations

import secrets

from botocore.exceptions import BotoCoreError, ClientError

from hub.errors import HubError
from hub.registry import Finding
from pipelines.lake.athena import failures, objects
from pipelines.lake.athena.asking import Asker
from pipelines.lake.athena.spending import size


def findings(asker: Asker) -> list[Finding]:
    """The workgroup with its limit, and whether the staging place takes what a query leaves."""
    return [workgroup(asker), staging(asker)]


def workgroup(asker: Asker) -> Finding:
    address = asker.address
    try:
        found = asker.connection.client.get_work_group(WorkGroup=address.workgroup)["WorkGroup"]
    except ClientError as error:
        if failures.code_of(error) == failures.REFUSED:
            return Finding(
                level="fail",
                message=f"there is no workgroup {address.workgroup} in {address.region}",
                hint="the first name in LAKE_URL's path is the workgroup",
            )
        return _failed(failures.of_call(error, f"asking for the workgroup {address.workgroup}"))
    except BotoCoreError as error:
        return _failed(failures.of_call(error, f"asking for the workgroup {address.workgroup}"))
    if found.get("State") != "ENABLED":
        return Finding(
            level="fail", message=f"the workgroup {address.workgroup} is disabled", hint="enable it in AWS"
        )
    limit = found.get("Configuration", {}).get("BytesScannedCutoffPerQuery")
    if limit is None:
        return Finding(
            level="warn",
            message=f"the workgroup {address.workgroup} has no limit of bytes scanned by a query",
            hint="set one in AWS: the hub's own budget is asked before and during a query, not by Athena",
        )
    return Finding(level="ok", message=f"the workgroup {address.workgroup} limits a query to {size(limit)}")


def staging(asker: Asker) -> Finding:
    """Writes, reads and removes one small object, as a query's result is written and read."""
    place = asker.address.options["staging"].rstrip("/")
    url = f"{place}/hub-doctor-{secrets.token_hex(8)}"
    bucket, key = objects.place_of(url)
    try:
        asker.s3.put_object(Bucket=bucket, Key=key, Body=b"hub")
        objects.read(asker.s3, url)
        asker.s3.delete_object(Bucket=bucket, Key=key)
    except (ClientError, BotoCoreError) as error:
        return _failed(failures.of_call(error, f"writing below {place}"))
    return Finding(level="ok", message=f"{place} can be written and read")


def _failed(error: HubError) -> Finding:
    return Finding(level="fail", message=error.message, hint=error.hint)
