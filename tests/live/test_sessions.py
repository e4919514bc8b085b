"""Sessions of profiles that cannot sign."""

from __future__ import annotations

from typing import Any

import botocore.credentials
import pytest
from botocore.exceptions import ClientError

from bedrock_doctor.errors import NoCredentials
from bedrock_doctor.live.sessions import open_session


def test_a_profile_whose_role_is_refused_gives_no_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """botocore assumes the role of a profile when a key is first wanted: AWS may say no."""

    def refused(*_: Any) -> Any:
        said = {"Error": {"Code": "AccessDenied", "Message": "not authorized"}}
        raise ClientError(said, "AssumeRole")

    deferred = botocore.credentials.DeferredRefreshableCredentials(refused, "assume-role")
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda _: deferred)

    with pytest.raises(NoCredentials, match="AccessDenied"):
        open_session(None, ("eu-central-1",), None)
