"""BD207: the role does not exist in the target account."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD207",
    slug="role-does-not-exist",
    title="The role does not exist in the target account",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="The account was collected completely and holds no role of this name and path.",
        why=("AWS answers a role that does not exist with the same AccessDenied as a refused one."),
        confirm="Run `aws iam get-role` in the target account.",
        fix="Use the ARN of a role that exists; mind path, case and account.",
        avoid="Do not create a role just to match a typing error.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
        ),
    ),
)
