"""Denied calls of boto3 and aiobotocore, remembered in the process and explained in tracebacks.

::

    bedrock_doctor.hook.install()              # sessions made from now on; or install(session)
    with bedrock_doctor.explain_denied():      # or as a decorator
        client.converse(...)

Nothing here calls AWS, changes an exception's type, arguments or message, or keeps a prompt.
"""

from __future__ import annotations

from bedrock_doctor.hook.explaining import explain_denied
from bedrock_doctor.hook.installing import install, uninstall
from bedrock_doctor.hook.memory import DeniedCall, clear, denied_calls

__all__ = ["DeniedCall", "clear", "denied_calls", "explain_denied", "install", "uninstall"]
