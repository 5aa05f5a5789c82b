"""Reads a file of metrics with both of the parsers of Prometheus's own client, and prints what they find
as JSON: a list of {name, labels, value, type, help}.

The one of OpenMetrics is the strict one: it refuses a sample that comes twice, a family that is
interrupted, a name that does not fit its type. The text form of Prometheus is that of OpenMetrics here,
but for the mark of its end.
"""

import json
import sys

from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

with open(sys.argv[1], encoding="utf-8", newline="") as file:
    text = file.read()


def samples(families):
    return [
        {
            "name": sample.name,
            "labels": sample.labels,
            "value": sample.value,
            "type": family.type,
            "help": family.documentation,
        }
        for family in families
        for sample in family.samples
    ]


found = samples(text_string_to_metric_families(text))
strictly = samples(openmetrics.text_string_to_metric_families(text + "# EOF\n"))
assert found == strictly, (found, strictly)
json.dump(found, sys.stdout)
