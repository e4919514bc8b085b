"""Registering the handlers with sessions and clients, and taking them out again."""

from __future__ import annotations

import logging
import sys
import threading
from typing import Any
from weakref import WeakKeyDictionary

from bedrock_doctor.errors import UsageError
from bedrock_doctor.hook.watching import SERVICES, Watch

_lock = threading.RLock()
_log = logging.getLogger("bedrock_doctor.hook")
_watches: WeakKeyDictionary[Any, Watch] = WeakKeyDictionary()
"""The watch of each event emitter: a boto3 session and the botocore session within share one."""
_every_session = False


def install(target: Any = None) -> None:
    """Remembers the denied calls of a session or client, or of all sessions made from now on.

    A client copies the handlers of its session when it is made: install first, or give the client.
    Installing twice is installing once.

    Args:
        target: a boto3, botocore or aiobotocore session, or a client; None: all sessions of this
            process that are made from now on, and boto3's default session.

    Raises:
        UsageError: the target is none of these.
        ImportError: there is no botocore.
    """
    global _every_session
    with _lock:
        if target is not None:
            _watch(_events_of(target))
            return
        if not _every_session:
            from botocore import register_initializer

            register_initializer(_on_session)
            _every_session = True
        default = getattr(sys.modules.get("boto3"), "DEFAULT_SESSION", None)
        if default is not None:
            _watch(_events_of(default))


def uninstall(target: Any = None) -> None:
    """Undoes `install`, also for clients that were made since then.

    Args:
        target: what was given to `install`; None: everything that was installed.
    """
    global _every_session
    with _lock:
        if target is not None:
            _release(_events_of(target))
            return
        if _every_session:
            from botocore import unregister_initializer

            unregister_initializer(_on_session)
            _every_session = False
        for events in list(_watches):
            _release(events)


def _on_session(session: Any) -> None:
    """Called by botocore for every session that is made."""
    try:
        _watch(_events_of(session))
    except Exception:
        _log.debug("a session could not be watched", exc_info=True)


def _watch(events: Any) -> None:
    with _lock:
        if events in _watches:
            return
        watch = _watches[events] = Watch()
        for name, event, handler in _handlers(watch):
            # the copy of a watch that was turned off would keep the new one out
            events.unregister(event, unique_id=name)
            events.register(event, handler, unique_id=name)


def _release(events: Any) -> None:
    watch = _watches.pop(events, None)
    if watch is None:
        return
    watch.active = False
    for name, event, _ in _handlers(watch):
        events.unregister(event, unique_id=name)


def _handlers(watch: Watch) -> list[tuple[str, str, Any]]:
    events = {"provide-client-params": watch.before, "after-call": watch.after}
    return [
        (f"bedrock-doctor-{event}.{service}", f"{event}.{service}", handler)
        for service in SERVICES
        for event, handler in events.items()
    ]


def _events_of(target: Any) -> Any:
    """The event emitter of a session or client."""
    meta = getattr(target, "meta", None)
    events = getattr(target, "events", None) or getattr(meta, "events", None)
    if events is None and hasattr(target, "get_component"):
        events = target.get_component("event_emitter")
    if events is None:
        raise UsageError(
            f"cannot watch an object of type `{type(target).__name__}`",
            help="expected a boto3, botocore or aiobotocore session, or a client",
        )
    return events
