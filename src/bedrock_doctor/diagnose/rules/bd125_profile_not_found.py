"""BD125: the profile cannot be used."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD125",
    slug="profile-not-found",
    title="The profile cannot be used",
    stage=Stage.SIGN,
    layer=Layer.CREDENTIALS,
    manual=Manual(
        happened=(
            "The configuration names a profile that does not exist, refers to itself,"
            " or cannot be read."
        ),
        why=(
            "The process may read another file than you think: another user, another "
            "home directory, AWS_CONFIG_FILE."
        ),
        confirm=(
            "Run `aws configure list-profiles` as the same user, or `bedrock-doctor "
            "whoami --profile NAME`."
        ),
        fix=("Correct AWS_PROFILE, source_profile, or the file that the process really reads."),
        avoid="Do not rename profiles before you know which file is read.",
        references=("https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html",),
    ),
)
