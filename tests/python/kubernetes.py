"""Checks a Kubernetes manifest against the newest schemas, and prints its objects as JSON.

    kubernetes.py FILE
"""

import json
import sys

import kubernetes_validate
import yaml


def main(path):
    with open(path, encoding="utf-8") as file:
        objects = list(yaml.safe_load_all(file))
    for each in objects:
        # Strict: a name that no schema knows would be ignored by a cluster, or refused.
        kubernetes_validate.validate(each, kubernetes_validate.latest_version(), strict=True)
    json.dump(objects, sys.stdout)


main(sys.argv[1])
