"""BD611: the applied quota for the model is zero."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD611",
    slug="quota-is-zero",
    title="The applied quota for the model is zero",
    stage=Stage.INVOKE,
    layer=Layer.QUOTA,
    manual=Manual(
        happened="Service Quotas shows an applied value of zero.",
        why="A quota of zero refuses every call as throttling; it is a gate on the account.",
        confirm="Run `aws service-quotas list-service-quotas --service-code bedrock`.",
        fix="Ask AWS Support to raise the quota.",
        avoid="Do not retry: it cannot succeed.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html",),
    ),
    severity=Severity.WARNING,
)
