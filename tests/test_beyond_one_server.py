"""The files for Kubernetes and for cloud workspaces: as far as they can be checked without either."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hostnet_lab.labhost.configuration import WORK, host_config

CHECKOUT = Path(__file__).parents[1]
VALUES: dict[str, Any] = yaml.safe_load((CHECKOUT / "labhost" / "kubernetes" / "values.yaml").read_text("utf-8"))
WORKSPACE: dict[str, Any] = json.loads((CHECKOUT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))

# The keys where ours stand, with their types, as the chart's reference has them; its own schema, jupyterhub/values.schema.yaml of
# https://github.com/jupyterhub/zero-to-jupyterhub-k8s, was read in part only.
ANY: dict[str, Any] = {"*": object}
SCHEMA: dict[str, Any] = {
    "hub": {"config": ANY},
    "singleuser": {
        "image": {"name": str, "tag": str, "pullPolicy": str},
        "cmd": (str, list, type(None)),
        "uid": int,
        "fsGid": int,
        "allowPrivilegeEscalation": bool,
        "defaultUrl": str,
        "startTimeout": int,
        "nodeSelector": ANY,
        "extraTolerations": list,
        "memory": {"guarantee": (int, str), "limit": (int, str)},
        "cpu": {"guarantee": (int, float), "limit": (int, float)},
        "storage": {"type": str, "homeMountPath": str, "capacity": str, "extraVolumes": list, "extraVolumeMounts": list},
        "networkPolicy": {"enabled": bool, "egressAllowRules": {"privateIPs": bool, "cloudMetadataServer": bool}},
        "cloudMetadata": {"blockWithIptables": bool, "ip": str},
    },
    "prePuller": {"continuous": {"enabled": bool}},
    "cull": {"enabled": bool, "timeout": int},
}
# Of the format's reference: https://containers.dev/implementors/json_reference/
WORKSPACE_KEYS = {
    "name", "build", "privileged", "remoteUser", "mounts", "hostRequirements", "onCreateCommand", "postAttachCommand",
    "forwardPorts", "portsAttributes",
}  # fmt: skip


def wrong(found: Any, allowed: Any, place: str = "") -> Iterator[str]:
    if allowed is ANY:
        return
    if isinstance(allowed, dict):
        if not isinstance(found, dict):
            yield f"{place} is no mapping"
            return
        for key, value in found.items():
            if key in allowed:
                yield from wrong(value, allowed[key], f"{place}.{key}")
            else:
                yield f"{place}.{key} is unknown"
    elif not isinstance(found, allowed) or (isinstance(found, bool) and allowed is int):
        yield f"{place} is {found!r}"


def test_the_values_hold_only_keys_that_the_chart_knows() -> None:
    assert list(wrong(VALUES, SCHEMA)) == []


@pytest.mark.parametrize("damage", [{"singleusr": {}}, {"singleuser": {"cmds": None}}, {"cull": {"timeout": "3 h"}}, {"hub": 1}])
def test_a_misspelt_key_or_a_wrong_type_is_found(damage: dict[str, Any]) -> None:
    assert list(wrong(damage, SCHEMA))


def test_a_pod_gets_the_rights_of_a_lab_host_and_is_not_privileged() -> None:
    context = VALUES["hub"]["config"]["KubeSpawner"]["container_security_context"]
    assert context["capabilities"]["add"] == host_config("full")["CapAdd"] and "privileged" not in context
    assert context["seccompProfile"]["type"] == "Unconfined" and "seccomp=unconfined" in host_config("full")["SecurityOpt"]


def test_a_pod_keeps_the_work_and_not_the_engine() -> None:
    storage = VALUES["singleuser"]["storage"]
    assert storage["homeMountPath"] == WORK
    assert [one["mountPath"] for one in storage["extraVolumeMounts"]] == ["/var/lib/docker"]
    assert "emptyDir" in storage["extraVolumes"][0]


def test_pods_stand_on_nodes_of_their_own_and_reach_no_neighbour() -> None:
    ours = VALUES["singleuser"]
    assert ours["nodeSelector"] and ours["extraTolerations"][0]["effect"] == "NoSchedule"
    assert ours["networkPolicy"]["enabled"] and not ours["networkPolicy"]["egressAllowRules"]["privateIPs"]


def test_the_workspace_holds_only_keys_that_its_format_knows_and_an_engine_of_its_own() -> None:
    assert set(WORKSPACE) == WORKSPACE_KEYS
    assert WORKSPACE["privileged"] and any(one["target"] == "/var/lib/docker" for one in WORKSPACE["mounts"])
    assert WORKSPACE["forwardPorts"] == [8888] and "--port 8888" in WORKSPACE["postAttachCommand"]
