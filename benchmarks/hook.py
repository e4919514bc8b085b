"""What the boto3 hook costs a call: its two handlers alone, and a stubbed call with and without it.

Run it with: python benchmarks/hook.py [CALLS]
"""

from __future__ import annotations

import contextlib
import logging
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.exceptions import ClientError

import bedrock_doctor
from bedrock_doctor import hook
from bedrock_doctor.hook.watching import Watch

NOVA = "eu.amazon.nova-lite-v1:0"
DENIED = (
    "User: arn:aws:sts::111122223333:assumed-role/app/lab is not authorized to perform: "
    "bedrock:InvokeModel on resource: arn:aws:bedrock:eu-central-1:111122223333:"
    f"inference-profile/{NOVA} because no identity-based policy allows the "
    "bedrock:InvokeModel action"
)
MESSAGES = [{"role": "user", "content": [{"text": "hello"}]}]


def client(status: int, body: dict[str, Any]) -> Any:
    """A client that is answered by a handler of its own instead of the network."""
    made = boto3.Session("AKIATEST", "not-a-secret", region_name="eu-central-1").client(
        "bedrock-runtime"
    )
    answer = (SimpleNamespace(status_code=status), body)
    made.meta.events.register("before-call", lambda **_: answer)
    return made


def call(runtime: Any) -> None:
    """One call; a denial is expected where it is made."""
    with contextlib.suppress(ClientError):
        runtime.converse(modelId=NOVA, messages=MESSAGES)


def microseconds(work: Callable[[], object], calls: int) -> list[float]:
    """The time of each call, after a tenth of them to warm up."""
    for _ in range(calls // 10):
        work()
    times = []
    for _ in range(calls):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e6)
    return times


def show(name: str, times: list[float]) -> None:
    """One line of the answer."""
    ordered = sorted(times)
    print(
        f"{name:44} median {statistics.median(ordered):8.2f} us   "
        f"99 % {ordered[len(ordered) * 99 // 100]:8.2f} us"
    )


def handlers(calls: int) -> None:
    """The handlers alone."""
    watch = Watch()
    service = SimpleNamespace(service_id=SimpleNamespace(hyphenize=lambda: "bedrock-runtime"))
    model = SimpleNamespace(name="Converse", service_model=service)
    params = {"modelId": NOVA, "messages": MESSAGES}
    ok, forbidden = SimpleNamespace(status_code=200), SimpleNamespace(status_code=403)
    error = {"Error": {"Code": "AccessDeniedException", "Message": DENIED}}

    def succeed() -> None:
        context: dict[str, Any] = {}
        watch.before(params=params, context=context)
        watch.after(http_response=ok, parsed={}, model=model, context=context)

    numbers = iter(range(10**9))

    def deny() -> None:
        context: dict[str, Any] = {"client_region": "eu-central-1"}
        watch.before(params={**params, "modelId": f"m-{next(numbers)}"}, context=context)
        watch.after(http_response=forbidden, parsed=error, model=model, context=context)

    show("both handlers, success", microseconds(succeed, calls))
    show("both handlers, each denial a new one, logged", microseconds(deny, calls))


def main() -> None:
    """Prints all figures."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    logging.getLogger("bedrock_doctor.hook").addHandler(logging.NullHandler())
    logging.getLogger("bedrock_doctor.hook").propagate = False
    handlers(calls)
    meta = {"ResponseMetadata": {"RequestId": "r", "HTTPStatusCode": 403}}
    denial = {"Error": {"Code": "AccessDeniedException", "Message": DENIED}, **meta}
    for name, status, body in (("success", 200, {}), ("denial", 403, denial)):
        runtime = client(status, body)
        work = partial(call, runtime)
        show(f"whole call without network, {name}, no hook", microseconds(work, calls))
        hook.install(runtime)
        show(f"whole call without network, {name}, hook", microseconds(work, calls))

    def explained() -> None:
        try:
            with bedrock_doctor.explain_denied():
                runtime.converse(modelId=NOVA, messages=MESSAGES)
        except ClientError:
            pass

    start = time.perf_counter()
    explained()
    print(f"{'first note of the process':44}        {(time.perf_counter() - start) * 1e6:8.0f} us")
    show("whole denied call within explain_denied()", microseconds(explained, calls // 10))


if __name__ == "__main__":
    main()
