"""What went wrong between the hub and Athena, named by codes and categories, never by a message's text.

Messages of a failed query may quote a row, so they are not repeated; the query's id leads to them.
"""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError
from pyathena.error import Error as AthenaError
from pyathena.model import AthenaQueryExecution

from hub.errors import ConfigError, FatalError, HubError, RetryableError

# Athena's ErrorCategory: 1 is its own fault, 2 the asker's, 3 neither (resources, other services).
SYSTEM, USER = 1, 2
PASSING_CODES = frozenset(
    {
        "ThrottlingException", "TooManyRequestsException", "Throttling", "RequestLimitExceeded", "SlowDown",
        "InternalServerException", "InternalError", "ServiceUnavailable", "RequestTimeout",
    }
)  # fmt: skip
DENIED_CODES = frozenset({"AccessDeniedException", "AccessDenied", "403"})
CREDENTIAL_CODES = frozenset(
    {
        "UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException", "ExpiredToken",
        "InvalidClientTokenId", "InvalidAccessKeyId", "SignatureDoesNotMatch", "MissingAuthenticationToken",
    }
)  # fmt: skip
GONE_CODES = frozenset({"NoSuchKey", "404"})
REFUSED = "InvalidRequestException"
NEVER_BEGUN = (
    DENIED_CODES | CREDENTIAL_CODES | {"ThrottlingException", "TooManyRequestsException", "Throttling"}
)
UNKNOWN_NAME = "MetadataException"


class PassingFailure(RetryableError):
    """A query failed and nobody here is at fault: the same query may succeed now."""


def of_query(execution: AthenaQueryExecution, doing: str) -> HubError:
    """The error of a query that ended without success."""
    query = f"query {execution.query_id}"
    if execution.state == AthenaQueryExecution.STATE_CANCELLED:
        return FatalError(
            f"{doing}: {query} was cancelled, and not by this run",
            hint="somebody stopped it, or the workgroup's limit of bytes a query did; Athena's console says which",
        )
    category, kind = execution.error_category, execution.error_type
    text = f"{doing}: {query} failed (category {category}, type {kind})"
    if category == SYSTEM or (category != USER and execution.retryable):
        return PassingFailure(text, hint="run the command again; Athena's console says why the query failed")
    return FatalError(text, hint="Athena's console says why; does the table's declaration fit its files?")


def code_of(error: BaseException) -> str:
    """The service's error code behind an exception; '' where there is none."""
    cause = error.__cause__ if isinstance(error, AthenaError) and error.__cause__ else error
    return str(cause.response.get("Error", {}).get("Code", "")) if isinstance(cause, ClientError) else ""


def of_call(error: Exception, doing: str) -> HubError:
    """The error of a call that was not answered as hoped."""
    cause = error.__cause__ if isinstance(error, AthenaError) and error.__cause__ else error
    code = code_of(error)
    if isinstance(cause, NoCredentialsError | PartialCredentialsError) or code in CREDENTIAL_CODES:
        return ConfigError(
            f"{doing}: AWS does not accept the credentials ({code or type(cause).__name__})",
            hint="set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role",
        )
    if code in DENIED_CODES:
        return ConfigError(
            f"{doing}: access denied", hint="docs/how-to/run-on-athena.md lists what the role needs"
        )
    if code in PASSING_CODES or (isinstance(cause, BotoCoreError) and not code):
        return RetryableError(
            f"{doing}: {code or type(cause).__name__}", hint="AWS did not answer; run the command again"
        )
    if code in GONE_CODES:
        return RetryableError(
            f"{doing}: it is not there any more", hint="run the command again: the lake is asked anew"
        )
    if code == "NoSuchBucket":
        return ConfigError(f"{doing}: there is no such bucket", hint="check ?staging=s3:// in LAKE_URL")
    return FatalError(f"{doing}: {code or type(cause).__name__}", hint="type `manage.py doctor`")
