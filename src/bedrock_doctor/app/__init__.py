"""The use cases: the only thing that the command line and other faces call."""

from bedrock_doctor.app.asking import (
    evaluate,
    explain,
    models,
    rule,
    rules,
    surprise_kinds,
    whoami,
)
from bedrock_doctor.app.collecting import (
    collect,
    merge,
    read_permissions,
)
from bedrock_doctor.app.diagnosing import (
    compare,
    diagnose,
    diagnose_live,
    diagnose_planned,
    last_denials,
    load_snapshot,
    preflight,
    probes_of,
)
from bedrock_doctor.app.expecting import (
    check,
    read_expectations,
    read_ignores,
)
from bedrock_doctor.app.mending import (
    fix,
    part_of_plan,
    policies,
    policies_of,
    read_plan,
    verify,
    what_if,
    with_plan,
)
from bedrock_doctor.app.surveying import (
    audit,
    audit_difference,
    diagnosed_scan,
    scan,
    scan_query,
    surprises,
)

__all__ = [
    "audit",
    "audit_difference",
    "check",
    "collect",
    "compare",
    "diagnose",
    "diagnose_live",
    "diagnose_planned",
    "diagnosed_scan",
    "evaluate",
    "explain",
    "fix",
    "last_denials",
    "load_snapshot",
    "merge",
    "models",
    "part_of_plan",
    "policies",
    "policies_of",
    "preflight",
    "probes_of",
    "read_expectations",
    "read_ignores",
    "read_permissions",
    "read_plan",
    "rule",
    "rules",
    "scan",
    "scan_query",
    "surprise_kinds",
    "surprises",
    "verify",
    "what_if",
    "whoami",
    "with_plan",
]
