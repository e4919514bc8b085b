"""What errors about credentials say, in one line that holds no secret."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from bedrock_doctor.evidence.secrets import without_secrets

_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)
CREDENTIAL_ERRORS = (BotoCoreError, ClientError, OSError, *_UNREADABLE)
"""What resolving credentials raises: files and programs that fail come through as they are."""


def failure_words(error: Exception) -> str:
    """The words of an error of botocore, or of what it lets through.

    What a credential process wrote is left out: it may be anything, credentials among it.
    https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sourcing-external.html
    """
    given = getattr(error, "kwargs", {})
    if isinstance(given, dict) and given.get("provider") == "custom-process":
        return "the credential_process failed; what it said is not shown, it may hold secrets"
    if isinstance(error, OSError) and error.filename is not None:
        return f"`{error.filename}`: {(error.strerror or 'cannot be read').lower()}"
    if isinstance(error, _UNREADABLE):
        return "a source of credentials answered with something that cannot be read"
    lines = str(error).splitlines() or [""]
    words = " ".join(lines if isinstance(error, ParamValidationError) else lines[:1]).rstrip(".")
    return without_secrets(words) or type(error).__name__
