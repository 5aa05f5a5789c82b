"""Prints one CloudTrail record, as JSON on a line, for every operation of AWS's API models.

Every member is filled, so that the records together hold every path that the models know, down to
LEVELS levels of a section. The same botocore makes the same records. Accounts and addresses are
those that are reserved for documentation.
"""

import json
import sys
import uuid
from datetime import UTC, datetime, timedelta
from itertools import cycle
from zlib import crc32

import aws

# Levels of objects below a section. A sixth would make QuickSight's records larger than the
# 256 KB that CloudTrail's own can have.
LEVELS = 5
# Bytes of a section that CloudTrail still writes (it says `omitted` in place of a larger one).
SECTION_BYTES = 102_400
# Two items, so that an array is an array; the second has no members of its own kind.
ITEMS = 2

ACCOUNT = "123456789012"
IDS = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
START = datetime(2026, 1, 1, tzinfo=UTC)
HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
REGIONS = cycle(["us-east-1", "eu-west-1", "ap-southeast-2", "us-gov-west-1"])
READS = ("Batch", "Describe", "Get", "Head", "List", "Search")


def main():
    """Prints the records."""
    out = sys.stdout
    time = START
    for service in aws.services():
        for operation in service.operations.values():
            line = json.dumps(record(service, operation, time), separators=(",", ":"))
            out.write(line + "\n")
            time += timedelta(seconds=1)


def record(service, operation, time):
    """The event of one operation."""
    name = operation["name"]
    number = crc32(f"{service.name}/{name}".encode())
    sections = dict.fromkeys(aws.SECTIONS.values())
    for section, root, spelling in spelled(service, operation, number):
        sections[section] = bounded(Filler(service, spelling, number).value(root, LEVELS))
    if service.ec2 and number % 2:
        sections = {
            section: {f"{name}{section_suffix(section)}": value or ""}
            for section, value in sections.items()
        }
    return {
        "eventVersion": "1.11",
        "userIdentity": identity(number, time),
        "eventTime": time.isoformat().replace("+00:00", "Z"),
        "eventSource": f"{service.source}.amazonaws.com",
        "eventName": name,
        "awsRegion": next(REGIONS),
        "sourceIPAddress": ("192.0.2.17", "2001:db8::17", "AWS Internal")[number % 3],
        "userAgent": "aws-cli/2.31.0",
        **sections,
        "requestID": str(uuid.uuid5(IDS, f"request/{service.name}/{name}")),
        "eventID": str(uuid.uuid5(IDS, f"event/{service.name}/{name}")),
        "readOnly": name.startswith(READS),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"},
    }


def spelled(service, operation, number):
    """The sections with the one spelling that this service's events have."""
    roots = [root for root in service.roots(operation) if root[2] != aws.PLAIN]
    if any(spelling == aws.MODEL for *_, spelling in roots) and crc32(service.name.encode()) % 2:
        return [root for root in roots if root[2] == aws.MODEL]
    return [root for root in roots if root[2] == aws.USUAL]


def section_suffix(section):
    """What EC2's newer events have around a section: the name of the XML document."""
    return "Request" if section == "requestParameters" else "Response"


def identity(number, time):
    """Who called."""
    user = {
        "type": "IAMUser",
        "principalId": "AIDACKCEVSQ6C2EXAMPLE",
        "arn": f"arn:aws:iam::{ACCOUNT}:user/alice",
        "accountId": ACCOUNT,
        "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
        "userName": "alice",
    }
    session = {"creationDate": time.isoformat().replace("+00:00", "Z"), "mfaAuthenticated": "false"}
    issuer = {
        "type": "Role",
        "principalId": "AROACKCEVSQ6C2EXAMPLE",
        "arn": f"arn:aws:iam::{ACCOUNT}:role/ops",
        "accountId": ACCOUNT,
        "userName": "ops",
    }
    role = {
        "type": "AssumedRole",
        "principalId": "AROACKCEVSQ6C2EXAMPLE:alice",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/alice",
        "accountId": ACCOUNT,
        "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "sessionContext": {"sessionIssuer": issuer, "attributes": session},
    }
    service = {"type": "AWSService", "invokedBy": "cloudformation.amazonaws.com"}
    return (user, role, service)[number % 3]


def bounded(section):
    """The section, or CloudTrail's note that it was too large."""
    size = len(json.dumps(section))
    if size <= SECTION_BYTES:
        return section
    return {"omitted": True, "originalSize": size, "reason": "section too large"}


class Filler:
    """Fills shapes of one operation with values."""

    def __init__(self, service, spelling, number):
        self.service, self.spelling, self.number = service, spelling, number

    def value(self, shape, levels, name="value"):
        """A value of a shape; nothing where there are no levels left for it."""
        known = self.service.shapes[shape]
        if known.get("sensitive") and self.number % 2:
            return HIDDEN
        kind = self.service.kind(shape)
        if kind == "scalar":
            return self.scalar(known, name)
        if kind == "list" and not self.service.wrapper(shape, self.spelling):
            item = self.value(self.service.item(shape), levels, name)
            return [item] * ITEMS if item is not None else []
        if levels == 0:
            return None
        if kind == "map":
            return self.map(known, levels - 1)
        found = {
            member: self.value(inner, levels - 1, member)
            for member, inner in self.service.members(shape, self.spelling)
        }
        # Items of XML are an array, or alone.
        if kind == "list" and self.number % 3:
            found = {member: [item] * ITEMS for member, item in found.items()}
        return {member: value for member, value in found.items() if value is not None}

    def map(self, shape, levels):
        """A map with the keys that people choose, a dotted and a blank one among them."""
        if "value" not in shape:
            return {"any": {"thing": 1}}
        inner = self.value(shape["value"]["shape"], levels)
        keys = ["Name", "cost.center", "aws:cloudformation:stack-name"]
        return {key: inner for key in keys if inner is not None}

    def scalar(self, shape, name):
        """A scalar in the form that the shape's type has in events."""
        kind, number = shape["type"], self.number
        if kind == "boolean":
            return number % 2 == 0
        if kind in ("integer", "long", "bigInteger"):
            return number
        if kind in ("float", "double", "bigDecimal"):
            return number / 4
        if kind == "timestamp":
            return (
                "Nov 2, 2026 9:30:00 AM",
                "Nov 2, 2026, 9:30:00 AM",
                1793611800000,
                "2026-11-02T09:30:00Z",
            )[number % 4]
        if kind == "blob":
            # Java's ByteBuffer, as its fields; or left out.
            buffer = {"hb": [104, 105], "offset": 0, "isReadOnly": False, "bigEndian": True}
            return (buffer, "aGk=")[number % 2]
        return shape.get("enum", [f"example-{name}"])[0]


if __name__ == "__main__":
    main()
