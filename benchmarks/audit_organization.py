"""How long the audit of a whole organization takes, and how much memory: `bedrock-doctor audit`.

    python benchmarks/audit_organization.py [--accounts 100 300 1000] [--roles 50] [--jobs 2]
        [--models 150] [--regions 30] [--keep DIR] [--plot docs/audit.svg]

An organization of each size is written as a snapshot: what `collect` writes. Then a process of its
own loads it, audits it and counts who reaches which model, itself or over roles; time is the whole
process from start to end, memory is that of all its processes at its highest. The routes are every
model in every Region called by its own id, and all inference profiles of the catalog.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from growth_plot import plot
from organization import REGIONS

Document = dict[str, Any]
ALLOW = "Allow"
PARTNERS = tuple(f"7{number:011}" for number in range(40))
TEAMS = tuple(f"team{number}" for number in range(40))
SERVICES = ("lambda", "ecs-tasks", "ec2", "states", "glue", "sagemaker", "codebuild", "bedrock")
VENDORS = ("anthropic.claude", "amazon.nova", "meta.llama", "mistral.", "cohere.", "openai.")
INVOKE = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]


def account_id(number: int) -> str:
    """The n-th account: 0 management, 1 security, 2 tools, then platforms and workloads."""
    return f"{310000000000 + number * 7919:012}"


def document(*statements: Document) -> Document:
    """A policy."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any, resource_: Any = "*", **condition: Any) -> Document:
    """One Allow statement."""
    found: Document = {"Effect": ALLOW, "Action": action, "Resource": resource_}
    return {**found, "Condition": condition} if condition else found


def trust(principal: Any, action: str = "sts:AssumeRole", **condition: Any) -> Document:
    """A trust policy of one statement."""
    statement = {"Effect": ALLOW, "Principal": principal, "Action": action}
    return document({**statement, "Condition": condition} if condition else statement)


def managed(account: str) -> Iterator[tuple[str, Document]]:
    """The managed policies that an account's roles share."""
    models = "arn:aws:bedrock:*::foundation-model/"
    yield "Baseline", document(allow(["logs:*", "cloudwatch:Put*", "xray:Put*"]))
    yield (
        "PowerUser",
        document(
            {
                "Effect": ALLOW,
                "NotAction": ["iam:*", "organizations:*", "account:*"],
                "Resource": "*",
            }
        ),
    )
    yield (
        "Boundary",
        document(
            allow(["s3:*", "logs:*", "bedrock:Invoke*", "bedrock:CountTokens", "sts:AssumeRole"]),
            {"Effect": "Deny", "Action": "bedrock:*", "Resource": f"{models}*opus*"},
        ),
    )
    for number, vendor in enumerate(VENDORS):
        yield (
            f"Inference{number}",
            document(
                allow(
                    INVOKE,
                    [
                        f"{models}{vendor}*",
                        f"arn:aws:bedrock:*:{account}:inference-profile/*.{vendor}*",
                    ],
                )
            ),
        )
    yield (
        "Batch",
        document(
            allow("bedrock:*ModelInvocationJob", [f"{models}*", f"arn:aws:bedrock:*:{account}:*"]),
            allow("iam:PassRole", f"arn:aws:iam::{account}:role/service/*"),
        ),
    )


def team_policy(rng: Random, account: str) -> Document:
    """What a team writes itself."""
    vendor, region = rng.choice(VENDORS), rng.choice(REGIONS)
    models = f"arn:aws:bedrock:*::foundation-model/{vendor}*"
    profiles = f"arn:aws:bedrock:*:{account}:inference-profile/*"
    match rng.randrange(6):
        case 0:
            return document(allow(INVOKE, models, StringEquals={"aws:RequestedRegion": [region]}))
        case 1:
            return document(allow("bedrock:InvokeModel*", [models, profiles]))
        case 2:
            tag = {"aws:PrincipalTag/team": rng.choice(TEAMS)}
            return document(allow("bedrock:*", "*", StringEquals=tag))
        case 3:
            through = {"bedrock:InferenceProfileArn": profiles}
            return document(allow(INVOKE, profiles), allow(INVOKE, models, StringLike=through))
        case 4:
            address = {"aws:SourceIp": [f"10.{rng.randrange(250)}.0.0/16"]}
            return document(allow([*INVOKE, "bedrock:CountTokens"], models, IpAddress=address))
    return document(allow(["s3:GetObject", "sqs:*"], f"arn:aws:s3:::{account}-data/*"))


class Writer:
    """Writes one organization as a snapshot."""

    def __init__(self, root: Path, accounts: int, roles: int) -> None:
        self.root, self.roles = root, roles
        self.ids = [account_id(number) for number in range(accounts)]
        self.platforms = self.ids[3 : 3 + max(1, accounts // 50)]

    def write(self) -> None:
        """Everything."""
        self._json(
            "snapshot.json",
            {"schema": "bedrock-doctor/snapshot/1", "created": "2026-11-20T10:00:00Z"},
        )
        self._organization()
        for number, account in enumerate(self.ids):
            rng = Random(f"audit/{number}")
            self._json(
                f"accounts/{account}/iam/get-account-authorization-details.json",
                self._details(rng, number, account),
            )

    def _json(self, name: str, value: object) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value))

    def _organization(self) -> None:
        master, org = self.ids[0], "o-bench12345"
        self._json(
            "organization/describe-organization.json",
            {
                "Organization": {
                    "Id": org,
                    "Arn": f"arn:aws:organizations::{master}:organization/{org}",
                    "FeatureSet": "ALL",
                    "MasterAccountId": master,
                    "MasterAccountArn": f"arn:aws:organizations::{master}:account/{org}/{master}",
                    "MasterAccountEmail": "aws@example.com",
                }
            },
        )
        kinds = [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]
        self._json(
            "organization/list-roots.json",
            {"Roots": [{"Id": "r-b1", "Arn": "", "Name": "Root", "PolicyTypes": kinds}]},
        )
        self._json(
            "organization/list-accounts.json",
            {
                "Accounts": [
                    {
                        "Id": account,
                        "Arn": f"arn:aws:organizations::{master}:account/{org}/{account}",
                        "Name": f"account-{number}",
                        "Email": "aws@example.com",
                        "Status": "ACTIVE",
                    }
                    for number, account in enumerate(self.ids)
                ]
            },
        )
        units = [f"ou-b1-unit{number:04}" for number in range(12)]
        attached = {"r-b1": ["p-FullAWSAccess"]}
        for number, unit in enumerate(units):
            parent = "r-b1" if number < 4 else units[number % 4]
            self._parent(unit, parent, "ROOT" if number < 4 else "ORGANIZATIONAL_UNIT")
            attached[unit] = ["p-FullAWSAccess", f"p-fence{number % 5:04}"]
        for number, account in enumerate(self.ids):
            unit = "r-b1" if number < 1 else units[number % len(units)]
            self._parent(account, unit, "ROOT" if number < 1 else "ORGANIZATIONAL_UNIT")
            attached[account] = ["p-FullAWSAccess"]
        for target, policies in attached.items():
            self._json(
                f"organization/list-policies-for-target/{target}/SERVICE_CONTROL_POLICY.json",
                {"Policies": [_summary(policy) for policy in policies]},
            )
        for policy in {name for names in attached.values() for name in names}:
            self._json(
                f"organization/describe-policy/{policy}.json",
                {"Policy": {"PolicySummary": _summary(policy), "Content": json.dumps(scp(policy))}},
            )

    def _parent(self, child: str, parent: str, kind: str) -> None:
        parents = {"Parents": [{"Id": parent, "Type": kind}]}
        self._json(f"organization/list-parents/{child}.json", parents)

    def _details(self, rng: Random, number: int, account: str) -> Document:
        named = dict(managed(account))
        roles = [
            self._role(rng, account, *described)
            for described, _ in zip(
                self._kinds(rng, number, account), range(self.roles), strict=False
            )
        ]
        users = [
            {
                "Path": "/",
                "UserName": f"ci-{n}",
                "UserId": f"AIDA{rng.getrandbits(80):020X}",
                "Arn": f"arn:aws:iam::{account}:user/ci-{n}",
                "CreateDate": "2026-02-03T04:05:06+00:00",
                "UserPolicyList": [
                    {"PolicyName": "own", "PolicyDocument": team_policy(rng, account)}
                ],
                "AttachedManagedPolicies": [],
                "GroupList": [],
            }
            for n in range(1)
        ]
        policies = [
            {
                "PolicyName": name,
                "PolicyId": f"ANPA{number:08}{n:08}",
                "Arn": f"arn:aws:iam::{account}:policy/{name}",
                "Path": "/",
                "DefaultVersionId": "v1",
                "PolicyVersionList": [
                    {"Document": policy, "VersionId": "v1", "IsDefaultVersion": True}
                ],
            }
            for n, (name, policy) in enumerate(named.items())
        ]
        policies.append(
            {
                "PolicyName": "AdministratorAccess",
                "PolicyId": "ANPAIWMBCKSKIEE64ZLYK",
                "Arn": "arn:aws:iam::aws:policy/AdministratorAccess",
                "Path": "/",
                "DefaultVersionId": "v1",
                "PolicyVersionList": [
                    {
                        "Document": document(allow("*")),
                        "VersionId": "v1",
                        "IsDefaultVersion": True,
                    }
                ],
            }
        )
        return {
            "UserDetailList": users,
            "GroupDetailList": [],
            "RoleDetailList": roles,
            "Policies": policies,
        }

    def _kinds(
        self, rng: Random, number: int, account: str
    ) -> Iterator[tuple[str, Document, list[str], Document | None, bool]]:
        """Name, trust policy, managed policies, inline policy, and whether it has a boundary."""
        management, security, tools = self.ids[:3]
        own, admin = f"arn:aws:iam::{account}", ["AdministratorAccess"]
        yield "OrganizationAccountAccessRole", trust(_root(management)), admin, None, False
        yield (
            "security-audit",
            trust(_root(security), StringEquals={"aws:PrincipalOrgID": "o-bench12345"}),
            ["Baseline"],
            document(allow(["bedrock:Get*", "bedrock:List*", "iam:Get*", "iam:List*"])),
            False,
        )
        deployer = {"AWS": f"arn:aws:iam::{tools}:role/deployer"}
        yield "deploy", trust(deployer), admin, None, False
        saml = {"Federated": f"{own}:saml-provider/AWSSSO_1234_DO_NOT_DELETE"}
        signin = {"SAML:aud": "https://signin.aws.amazon.com/saml"}
        for name, policies in (
            ("Admin", admin),
            ("PowerUser", ["PowerUser"]),
            ("Developer", ["Baseline", "Inference0", "Inference1"]),
            ("ReadOnly", ["Baseline"]),
        ):
            path = f"aws-reserved/sso.amazonaws.com/AWSReservedSSO_{name}_{number:016x}"
            said = trust(saml, "sts:AssumeRoleWithSAML", StringEquals=signin)
            yield path, said, policies, None, False
        oidc = {"Federated": f"{own}:oidc-provider/token.actions.githubusercontent.com"}
        for n in range(2):
            team = rng.choice(TEAMS)
            claims = {"token.actions.githubusercontent.com:sub": f"repo:example/{team}:*"}
            said = trust(oidc, "sts:AssumeRoleWithWebIdentity", StringLike=claims)
            yield f"ci/github-{n}", said, ["Baseline"], team_policy(rng, account), False
        external = {"sts:ExternalId": f"bench-{number}"}
        yield (
            "partner",
            trust(_root(rng.choice(PARTNERS)), StringEquals=external),
            ["Inference1"],
            None,
            False,
        )
        for n in range(2):
            yield f"ops-{n}", trust(_root(account)), ["Baseline", f"Inference{n}"], None, n == 0
        if number in (1, 2):
            yield (
                "deployer" if number == 2 else "auditor",
                trust(_service("codebuild")),
                ["Baseline"],
                document(allow("sts:AssumeRole", "arn:aws:iam::*:role/*")),
                False,
            )
        if account in self.platforms:
            for n in range(20):
                callers = [f"arn:aws:iam::{a}:role/apps/app-{n % 5}" for a in self._callers(rng)]
                said = trust({"AWS": callers})
                yield f"inference/{n}", said, [f"Inference{n % len(VENDORS)}"], None, False
        for n in range(5):
            platform = rng.choice(self.platforms)
            far = allow("sts:AssumeRole", f"arn:aws:iam::{platform}:role/inference/*")
            yield f"apps/app-{n}", trust(_service("ecs-tasks")), ["Baseline"], document(far), False
        for n in range(4):
            path = f"aws-service-role/svc{n}.amazonaws.com/AWSServiceRoleForSvc{n}"
            yield path, trust(_service(f"svc{n}")), [], document(allow("ec2:Describe*")), False
        for n in range(self.roles):
            service = _service(rng.choice(SERVICES))
            attached = ["Baseline", *rng.sample([f"Inference{v}" for v in range(6)], n % 2)]
            policy = team_policy(rng, account) if n % 3 else None
            yield f"service/{rng.choice(TEAMS)}-{n}", trust(service), attached, policy, n % 5 == 0

    def _callers(self, rng: Random) -> list[str]:
        return rng.sample(self.ids, min(10, len(self.ids)))

    def _role(
        self,
        rng: Random,
        account: str,
        path: str,
        said: Document,
        attached: list[str],
        inline: Document | None,
        bounded: bool,
    ) -> Document:
        folder, _, name = path.rpartition("/")
        found: Document = {
            "Path": f"/{folder}/" if folder else "/",
            "RoleName": name,
            "RoleId": f"AROA{rng.getrandbits(80):020X}",
            "Arn": f"arn:aws:iam::{account}:role/{path}",
            "CreateDate": "2026-02-03T04:05:06+00:00",
            "AssumeRolePolicyDocument": said,
            "InstanceProfileList": [],
            "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": inline}] if inline else [],
            "AttachedManagedPolicies": [
                {"PolicyName": policy, "PolicyArn": _policy_arn(policy, account)}
                for policy in attached
            ],
            "Tags": [{"Key": "team", "Value": rng.choice(TEAMS)}],
            "RoleLastUsed": {},
        }
        if bounded:
            found["PermissionsBoundary"] = {
                "PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": f"arn:aws:iam::{account}:policy/Boundary",
            }
        return found


def _policy_arn(name: str, account: str) -> str:
    owner = "aws" if name == "AdministratorAccess" else account
    return f"arn:aws:iam::{owner}:policy/{name}"


def _root(account: str) -> Document:
    return {"AWS": f"arn:aws:iam::{account}:root"}


def _service(name: str) -> Document:
    return {"Service": f"{name}.amazonaws.com"}


def _summary(policy: str) -> Document:
    owner = "aws" if policy == "p-FullAWSAccess" else account_id(0)
    return {
        "Id": policy,
        "Arn": f"arn:aws:organizations::{owner}:policy/service_control_policy/{policy}",
        "Name": policy[2:],
        "Description": "",
        "Type": "SERVICE_CONTROL_POLICY",
        "AwsManaged": owner == "aws",
    }


def scp(policy: str) -> Document:
    """Full access, or one of five fences."""
    if policy == "p-FullAWSAccess":
        return document(allow("*"))
    number = int(policy[-4:])
    regions = list(REGIONS[number * 4 : number * 4 + 10])
    fence = {
        "Effect": "Deny",
        "NotAction": ["iam:*", "sts:*", "organizations:*", "support:*"],
        "Resource": "*",
        "Condition": {
            "StringNotEquals": {"aws:RequestedRegion": regions},
            "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/OrganizationAccountAccessRole"},
        },
    }
    vendor = VENDORS[number]
    closed = {
        "Effect": "Deny",
        "Action": "bedrock:*",
        "Resource": f"arn:aws:bedrock:*::foundation-model/{vendor}*",
    }
    return document(fence, closed)


def measure(folder: str, models: int, regions: int, jobs: int) -> None:
    """Loads, audits and counts; prints what it found."""
    from bedrock_doctor.audit.auditing import AuditQuestion, joined, plan
    from bedrock_doctor.audit.batch import audit_batch
    from bedrock_doctor.audit.offers import Offer, offers_of
    from bedrock_doctor.audit.reach import Models, Reaches
    from bedrock_doctor.audit.standing import Standings
    from bedrock_doctor.collect.load_snapshot import load_snapshot
    from bedrock_doctor.model.audit import Route
    from bedrock_doctor.model.garbage_collector import without_collector
    from bedrock_doctor.processes import in_order

    started = time.perf_counter()

    def lap(name: str) -> None:
        wall, own = time.perf_counter() - started, time.process_time()
        print(f"  {name}: {wall:.1f} s ({own:.1f} s of this process)", file=sys.stderr)

    snapshot = load_snapshot([folder])
    lap("loaded")
    names = [offer.route.model for offer in offers_of("aws")]
    wanted = (*dict.fromkeys(names), *(f"bench.model-{n}" for n in range(models)))[:models]
    direct = (Offer(Route(model, region)) for model in wanted for region in REGIONS[:regions])
    routed = (offer for offer in offers_of("aws") if offer.models)
    question = AuditQuestion()
    with without_collector():
        frame, batches = plan(snapshot, question)
        frame = replace(frame, offers=(*routed, *direct))
        lap("planned")
        done = (part for parts in in_order(audit_batch, batches, frame, jobs) for part in parts)
        found = joined(done, snapshot, frame, question)
    lap("audited")
    standings = Standings(found)
    reaches = Reaches(standings, Models(found))
    everybody = range(len(found.principals))
    reach = [reaches.of(position) for position in everybody]
    lap("counted")
    chains = sum(b.chains for n in everybody for b in standings.graph.becomings(n))
    lap("chains walked")
    print(
        json.dumps(
            {
                "principals": len(found.principals),
                "routes": len(found.routes),
                "answers": found.cells,
                "classes": len(found.classes),
                "steps between roles": len(found.edges),
                "chains": chains,
                "models reached themselves": sum(one.itself.bit_count() for one in reach),
                "over roles": sum(one.over_roles.bit_count() for one in reach),
            }
        )
    )


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--accounts", type=int, nargs="+", default=[100, 300, 1000])
    for name, default in (("roles", 50), ("models", 150), ("regions", 30), ("jobs", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--keep", help="Where the organizations are written and kept.")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        measure(given.measure, given.models, given.regions, given.jobs)
        return
    before, points = 0.0, []
    with tempfile.TemporaryDirectory() as temporary:
        for accounts in given.accounts:
            folder = Path(given.keep or temporary) / f"{accounts}x{given.roles}"
            if not folder.exists():
                Writer(folder, accounts, given.roles).write()
            seconds, processor, megabytes, answer = run(folder, given)
            said = ", ".join(f"{value:,} {name}" for name, value in answer.items())
            growth = f", {processor / before:.1f} times the work before" if before else ""
            print(
                f"{accounts:,} accounts: {seconds:.1f} s, {processor:.1f} s of processors, "
                f"{megabytes:,.0f} MB{growth}\n  {said}"
            )
            before = processor
            points.append((accounts, seconds, processor, megabytes))
    if given.plot:
        measures = (
            f"seconds, {given.jobs} processes",
            "seconds of processor time",
            "MB of all processes",
        )
        plot({"accounts": points}, f"accounts of {given.roles} roles", measures, given.plot)


def run(folder: Path, given: argparse.Namespace) -> tuple[float, float, float, dict[str, int]]:
    """Seconds on the clock and of processors, megabytes of all processes together at their
    highest, and what was found."""
    command = [sys.executable, __file__, "--measure", str(folder)]
    for name in ("models", "regions", "jobs"):
        command += [f"--{name}", str(getattr(given, name))]
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    highest = 0
    watching = threading.Event()

    def watch() -> None:
        nonlocal highest
        while not watching.wait(0.2):
            highest = max(highest, _resident(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, _ = process.communicate()
    watching.set()
    watcher.join()
    seconds = time.perf_counter() - started
    if process.returncode:
        sys.exit(process.returncode)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    # where /proc does not tell, the largest process does
    peak = highest or used.ru_maxrss * 1024
    return seconds, processor, peak / 1e6, json.loads(output)


def _resident(pid: int) -> int:
    """Bytes of memory of a process and of those that it started."""
    try:
        fields = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        own = sum(int(line.split()[1]) * 1024 for line in fields if line.startswith("Pss:"))
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    return own + sum(_resident(int(child)) for child in children)


if __name__ == "__main__":
    main()
