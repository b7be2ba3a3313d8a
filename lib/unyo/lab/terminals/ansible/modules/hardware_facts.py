"""What setup says about the hardware, and win_disk_facts."""

from __future__ import annotations

from typing import Any

from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task

Facts = dict[str, Any]


def bios(task: Task) -> Facts:
    identity = task.machine.identity
    return {
        "ansible_bios_version": identity.model.bios,
        "ansible_product_name": identity.model.name,
        "ansible_product_serial": task.machine.serial,
        "ansible_product_uuid": identity.uuid,
    }


def memory(task: Task) -> Facts:
    return {"ansible_memtotal_mb": task.machine.identity.model.memory_gib * 1024, "ansible_swaptotal_mb": 0}


def processor(_: Task) -> Facts:
    return {"ansible_processor_count": 1, "ansible_processor_cores": 4, "ansible_processor_vcpus": 8}


def virtual(_: Task) -> Facts:
    return {"ansible_virtualization_role": "NA", "ansible_virtualization_type": "NA"}


def interfaces(task: Task) -> Facts:
    return {
        "ansible_interfaces": [
            {
                "connection_name": adapter.name,
                "default_gateway": adapter.gateway,
                "dns_domain": adapter.suffix or None,
                "interface_index": adapter.index,
                "interface_name": adapter.description,
                "ipv4": {"address": adapter.address, "prefix": str(adapter.prefix)},
                "ipv6": None,
                "macaddress": adapter.mac.replace("-", ":").upper(),
                "mtu": 1500,
                "speed": adapter.speed // 1_000_000,
            }
            for adapter in task.machine.adapters
            if adapter.up
        ]
    }


@module("community.windows.win_disk_facts")
def win_disk_facts(task: Task) -> None:
    """Disks, and the volumes with a letter as partitions of the first disk."""
    disks = []
    for each in task.machine.disks:
        size = each.gibibytes << 30
        disks.append(
            {
                "number": each.number,
                "size": size,
                "friendly_name": each.name,
                "model": each.name,
                "serial_number": each.serial,
                "partition_style": "GPT",
                "operational_status": "Online",
                "read_only": False,
                "bootable": each.number == 0,
                "system_disk": each.number == 0,
                "physical_disk": {
                    "size": size,
                    "device_id": str(each.number),
                    "friendly_name": each.name,
                    "serial_number": each.serial,
                    "health_status": each.health,
                    "media_type": each.media,
                },
                "partitions": _partitions(task) if each.number == 0 else [],
            }
        )
    task.result["ansible_facts"] = {"ansible_disks": disks}


def _partitions(task: Task) -> list[Facts]:
    return [
        {
            "drive_letter": volume.letter.rstrip(":"),
            "size": volume.bytes,
            "volumes": [
                {
                    "size": volume.bytes,
                    "size_remaining": volume.free,
                    "type": volume.file_system,
                    "label": volume.label,
                }
            ],
        }
        for volume in task.machine.volumes
    ]
