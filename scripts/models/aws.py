"""AWS's own API models, as CloudTrail writes what they describe.

The models are botocore's, from PyPI. CloudTrail does not write their names as they are: it has a
spelling for each protocol, which real events have shown, and which is put down here, once.
"""

import functools

from botocore.loaders import Loader

SECTIONS = {"input": "requestParameters", "output": "responseElements"}

# Query services that answer {Thing: {…}} and whose events have the inside alone.
UNWRAPPED = {"docdb", "elasticache", "neptune", "rds", "redshift"}

# REST services whose events have the names of the XML body.
XML_BODY = {"s3", "s3control"}

# What is seen in most events: `DBInstances` is `dBInstances`, and XML has habits of its own.
USUAL = "usual"
# As the model writes it, which Security Hub, Connect and others with a REST API do.
MODEL = "model"
# Without the habits of XML. Not seen, but what is written by analogy has it.
PLAIN = "plain"


def lower_first(name):
    """`DBInstances` is `dBInstances` in an event."""
    return name[:1].lower() + name[1:]


class Service:
    """One service's newest model."""

    def __init__(self, name, model):
        meta = model["metadata"]
        self.name = name
        self.shapes = model["shapes"]
        self.operations = model["operations"]
        self.ec2 = meta["protocol"] == "ec2"
        self.xml = name in XML_BODY
        self.rest = meta["protocol"] == "rest-json" or name == "ce"
        # The service in `eventSource`, and so in the names of moved fields. In the open events
        # that have a model it is this one in all but three of a thousand.
        self.source = meta.get("signingName") or meta["endpointPrefix"]

    def roots(self, operation):
        """The sections of an operation's event: name of the section, root shape, spelling."""
        for side, section in SECTIONS.items():
            root = operation.get(side, {}).get("shape")
            if root is None:
                continue
            inside = self._inside(root) if side == "output" and self.name in UNWRAPPED else root
            yield section, inside, USUAL
            if self.ec2 or self.xml or inside != root:
                yield section, root, PLAIN
            if self.rest and any(name[:1].isupper() for name, _ in self.members(root, MODEL)):
                yield section, root, MODEL

    def _inside(self, root):
        members = list(self.shapes[root].get("members", {}).values())
        only = members[0]["shape"] if len(members) == 1 else root
        return only if self.kind(only) == "structure" else root

    def kind(self, shape):
        """`structure`, `map`, `list` or `scalar`."""
        kind = self.shapes[shape]["type"]
        if self.shapes[shape].get("document"):
            return "map"
        return kind if kind in ("structure", "map", "list") else "scalar"

    def item(self, shape):
        """What a list is a list of."""
        return self.shapes[shape]["member"]["shape"]

    def members(self, shape, spelling):
        """What an object has: name in an event, shape. The keys of a map are anybody's."""
        if wrapper := self.wrapper(shape, spelling):
            yield wrapper, self.item(shape)
        for name, member in self.shapes[shape].get("members", {}).items():
            yield self._spelled(name, member, spelling), member["shape"]

    def wrapper(self, shape, spelling):
        """The name of the items in the object that XML makes of a list, if it does."""
        if spelling != USUAL or self.kind(shape) != "list" or self.shapes[shape].get("flattened"):
            return None
        if self.ec2:
            return "items"
        return self.shapes[shape]["member"].get("locationName", "member") if self.xml else None

    def _spelled(self, name, member, spelling):
        if spelling != USUAL:
            return name if spelling == MODEL else lower_first(name)
        if self.ec2:
            name = member.get("locationName", name)
            # A list has the name of one thing in a request, and in its event that of a set.
            is_set = name[:1].isupper() and self.kind(member["shape"]) == "list"
            return lower_first(name) + ("Set" if is_set else "")
        if self.xml and name not in ("Bucket", "Key"):
            return member.get("locationName", name)
        return "bucketName" if self.xml and name == "Bucket" else lower_first(name)


@functools.cache
def services():
    """All services, by name."""
    loader = Loader()
    names = sorted(loader.list_available_services("service-2"))
    return [Service(name, loader.load_service_model(name, "service-2")) for name in names]
