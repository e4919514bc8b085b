"""Calls to AWS whose failures are values: what AWS said, and to which call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bedrock_doctor.live.readonly import ReadOnlyClients
from bedrock_doctor.live.reads import Read, read_of

MALFORMED = "MalformedAnswer"
UNUSABLE = "UnusableConfiguration"


@dataclass(frozen=True, slots=True)
class Failed:
    """A read without an answer.

    Attributes:
        code: AWS's error code, or the name of the connection's error.
        message: what AWS said.
    """

    code: str
    message: str


class ReadFailed(Exception):
    """A read without an answer, on its way to who records it."""

    def __init__(self, read: Read, region: str, failed: Failed) -> None:
        super().__init__(failed.message)
        self.read = read
        self.region = region
        self.failed = failed


class Caller:
    """Makes the calls of the table."""

    def __init__(self, clients: ReadOnlyClients, region: str) -> None:
        self._clients = clients
        self._region = region

    def one(
        self, service: str, operation: str, region: str = "", **parameters: Any
    ) -> dict[str, Any]:
        """One answer, without its metadata.

        Raises:
            ReadFailed: there is none.
        """
        return next(self._answers(service, operation, region, parameters, paginate=False))

    def pages(
        self, service: str, operation: str, region: str = "", **parameters: Any
    ) -> Iterator[dict[str, Any]]:
        """All pages. An empty page with a token is a page like others.

        Raises:
            ReadFailed: one of them could not be had, or lacks its list.
        """
        return self._answers(service, operation, region, parameters, paginate=True)

    def whole(
        self, service: str, operation: str, region: str = "", **parameters: Any
    ) -> dict[str, Any]:
        """All pages as one answer, its lists joined.

        Raises:
            ReadFailed: one of them could not be had, or lacks its list.
        """
        read = read_of(service, operation)
        lists: Mapping[str, list[Any]] = {name: [] for name in (read.lists if read else ())}
        for page in self.pages(service, operation, region, **parameters):
            for name, entries in lists.items():
                entries += page[name]
        return dict(lists)

    def _answers(
        self,
        service: str,
        operation: str,
        region: str,
        parameters: dict[str, Any],
        *,
        paginate: bool,
    ) -> Iterator[dict[str, Any]]:
        from botocore import xform_name
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        from bedrock_doctor.signing.failure_words import failure_words

        read = read_of(service, operation)
        if read is None:
            raise AssertionError(f"{service}:{operation} is not in the table")
        try:
            client = self._clients.client(service, region or self._region)
        except (BotoCoreError, OSError, ValueError) as error:
            code = type(error).__name__ if isinstance(error, BotoCoreError) else UNUSABLE
            raise ReadFailed(read, region, Failed(code, str(error))) from None
        try:
            method = xform_name(operation)
            if paginate and client.can_paginate(method):
                answers = iter(client.get_paginator(method).paginate(**parameters))
            else:
                answers = iter([getattr(client, method)(**parameters)])
            for answer in answers:
                absent = [name for name in read.lists if not isinstance(answer.get(name), list)]
                if absent:
                    failed = Failed(MALFORMED, f"the answer lacks {', '.join(absent)}")
                    raise ReadFailed(read, region, failed)
                told = {k: v for k, v in answer.items() if k != "ResponseMetadata"}
                if not told:
                    # a body that is no JSON becomes an answer without members
                    raise ReadFailed(read, region, Failed(MALFORMED, "the answer says nothing"))
                yield told
        except ClientError as error:
            said = error.response.get("Error", {})
            failed = Failed(str(said.get("Code", "Unknown")), str(said.get("Message", "")))
            raise ReadFailed(read, region, failed) from None
        except (BotoCoreError, OSError) as error:
            # credentials are fetched again midway: their program or file may be gone
            failed = Failed(type(error).__name__, failure_words(error))
            raise ReadFailed(read, region, failed) from None
        except (ResponseParserError, ValueError, TypeError, AttributeError, KeyError) as error:
            failed = Failed(MALFORMED, f"the answer cannot be read: {type(error).__name__}")
            raise ReadFailed(read, region, failed) from None
