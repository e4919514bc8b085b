"""What the SDK's own errors about credentials mean, and the command that mends each."""

from __future__ import annotations

from dataclasses import dataclass

from botocore import exceptions as sdk

from bedrock_doctor.signing.failure_words import failure_words
from bedrock_doctor.signing.sources import Settings


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no credentials could be had, or why AWS refused them.

    Attributes:
        text: in one sentence, without the secret or the request.
        fixes: what to do.
        conclusive: whether the credentials are unusable; else AWS could not be asked.
    """

    text: str
    fixes: tuple[str, ...] = ()
    conclusive: bool = True


_SSO = (sdk.SSOError, sdk.TokenRetrievalError)
_CONFIG = (sdk.InvalidConfigError, sdk.ConfigParseError)
_PLAIN: tuple[tuple[type[Exception], Refusal], ...] = (
    (
        sdk.ProfileNotFound,
        Refusal(
            "the profile in effect is in neither of the AWS config files",
            ("aws configure list-profiles",),
        ),
    ),
    (
        sdk.InfiniteLoopConfigError,
        Refusal(
            "the source_profile settings lead in a circle",
            ("let the last profile of the chain hold credentials",),
        ),
    ),
    (
        sdk.PartialCredentialsError,
        Refusal("credentials are incomplete", ("set or unset all of them together",)),
    ),
    (
        sdk.NoCredentialsError,
        Refusal("no credentials were found", ("aws configure sso", "or set AWS_PROFILE")),
    ),
    (
        sdk.RefreshWithMFAUnsupportedError,
        Refusal(
            "the profile wants an MFA code, and there is no terminal to ask on",
            ("run this in a terminal, where the code can be typed",),
        ),
    ),
    (sdk.NoRegionError, Refusal("no Region is set", ("give --region",), False)),
    (
        sdk.ProxyConnectionError,
        Refusal("the proxy cannot be reached", ("check HTTPS_PROXY and NO_PROXY",), False),
    ),
    (
        sdk.SSLError,
        Refusal(
            "the TLS certificate is not trusted",
            ("set AWS_CA_BUNDLE to the certificates of your organization",),
            False,
        ),
    ),
    (sdk.HTTPClientError, Refusal("AWS STS cannot be reached from here", (), False)),
    (sdk.ConnectionError, Refusal("AWS STS cannot be reached from here", (), False)),
)
"""In the order in which they are compared: subclasses before their bases."""

_EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
_UNKNOWN_KEY = ("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId")
_BAD_SIGNATURE = ("SignatureDoesNotMatch", "InvalidSignatureException")


def refusal_of(error: Exception, settings: Settings) -> Refusal:
    """Reads an exception of botocore."""
    if isinstance(error, sdk.ClientError):
        return _refused(error, settings)
    if isinstance(error, _SSO):
        text = "the IAM Identity Center session has expired or was never begun"
        return Refusal(text, _login_command(settings))
    if type(error).__name__.startswith("Login"):
        return Refusal("the `aws login` session has expired", _aws_login(settings))
    for kind, refusal in _PLAIN:
        if isinstance(error, kind):
            return refusal
    what = "AWS configuration cannot be used" if isinstance(error, _CONFIG) else "source failed"
    return Refusal(f"no credentials: the {what}: {failure_words(error)}")


def _refused(error: sdk.ClientError, settings: Settings) -> Refusal:
    code = error.response.get("Error", {}).get("Code", "")
    operation = error.operation_name
    if code in _EXPIRED:
        return Refusal(f"AWS says the credentials have expired ({code})", _login_command(settings))
    if code in _UNKNOWN_KEY:
        text = f"AWS does not know these credentials ({code})"
        hint = "check that no session token of other credentials is left, and the partition"
        return Refusal(text, (hint,))
    if code in _BAD_SIGNATURE:
        text = f"AWS refuses the signature ({code})"
        return Refusal(text, ("check the secret key, and the clock of this machine",))
    if operation.startswith("AssumeRole"):
        text = f"a role of the profile could not be assumed: {operation} was refused ({code})"
        return Refusal(text, ("bedrock-doctor diagnose names the reason",))
    return Refusal(f"{operation} was refused ({code})", (), conclusive=False)


def _login_command(settings: Settings) -> tuple[str, ...]:
    session = settings.merged.get("sso_session")
    if session:
        return (f"aws sso login --sso-session {session}",)
    if settings.merged.get("sso_start_url"):
        return (f"aws sso login --profile {settings.profile}",)
    if settings.merged.get("login_session"):
        return _aws_login(settings)
    return ()


def _aws_login(settings: Settings) -> tuple[str, ...]:
    return (f"aws login --profile {settings.profile}",)
