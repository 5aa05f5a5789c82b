"""Prints rules/user_agents.tsv from a regexes.yaml of uap-core.

    scripts/python scripts/models/user_agents.py FILE > rules/user_agents.tsv

The engines have theirs as regexes.yml in their ingest-user-agent module; that state is the one to take,
so that documents are the same whoever makes them. Reads the little of YAML that the file uses.
"""

import re
import sys

HEAD = """\
# How a user agent is told: what the user_agent processor of Elasticsearch and OpenSearch looks for, so
# that both give the same. Of each part the first line that fits counts.
#
# From uap-core's regexes.yaml (https://github.com/ua-parser/uap-core), in the state that the engines
# ship in their ingest-user-agent module. Copyright 2009 Google Inc., Apache License, Version 2.0; changed
# in form only: scripts/models/user_agents.py writes this file from that one.
#
# Part, flags, name, version 1 to 4 (empty: the group of that place), regular expression.
"""

# Of each part, its name in the file and those of its replacements.
PARTS = {
    "user_agent_parsers": ("agent", "family_replacement", "v{}_replacement"),
    "os_parsers": ("os", "os_replacement", "os_v{}_replacement"),
    "device_parsers": ("device", "device_replacement", "none"),
}
MEMBER = re.compile(r"""\s+(?:- )?(\w+):\s*(?:'(.*)'|"(.*)"|(\S+))\s*(?:#.*)?$""")


def lines(path):
    part, entry = None, {}
    for line in open(path, encoding="utf-8"):
        if line.lstrip().startswith("#") or not line.strip():
            continue
        if not line[0].isspace():
            if entry:
                yield part, entry
            part, entry = line.strip().rstrip(":"), {}
            continue
        name, single, double, bare = MEMBER.match(line).groups()
        if line.lstrip().startswith("- ") and entry:
            yield part, entry
            entry = {}
        entry[name] = single.replace("''", "'") if single is not None else double or bare
    yield part, entry


def main():
    print(HEAD, end="")
    for part, entry in lines(sys.argv[1]):
        kind, name, version = PARTS[part]
        versions = [entry.get(version.format(number), "") for number in range(1, 5)]
        print(kind, entry.get("regex_flag", ""), entry.get(name, ""), *versions, entry["regex"], sep="\t")


main()
