"""Recomputes the AWS signature of a captured request with botocore, and says whether it is right.

Reads JSON objects, one a line: method, url (as the client was given it, with the path that was sent), headers
([[name, value], ...] as received), body (base64), service, region, secret. Prints `ok` or `bad: why` for each.
Nothing is taken from the client but what is in the request: the signed headers, the date, the scope.
"""

import base64
import hashlib
import json
import re
import sys

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

FORM = re.compile(
    r"^AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<scope>[^,]+), "
    r"SignedHeaders=(?P<signed>[^,]+), Signature=(?P<signature>[0-9a-f]{64})$"
)


def verify(captured):
    headers = {name.lower(): value for name, value in captured["headers"]}
    body = base64.b64decode(captured["body"])
    match = FORM.match(headers.get("authorization", ""))
    if not match:
        return "the Authorization header has not the form of a signature"
    signed = match["signed"].split(";")
    for name in ("host", "x-amz-date", "x-amz-content-sha256"):
        if name not in signed:
            return f"{name} is not signed"
    if signed != sorted(signed) or any(name not in headers for name in signed):
        return "the list of signed headers is not that of the request"
    if headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
        return "x-amz-content-sha256 is not the hash of the body"
    date = headers["x-amz-date"]
    scope = f"{date[:8]}/{captured['region']}/{captured['service']}/aws4_request"
    if match["scope"] != scope:
        return f"the scope is {match['scope']} and not {scope}"
    request = AWSRequest(
        method=captured["method"],
        url=captured["url"],
        headers={name: headers[name] for name in signed},
        data=body,
    )
    request.context["timestamp"] = date
    token = headers.get("x-amz-security-token")
    auth = SigV4Auth(Credentials(match["key"], captured["secret"], token), captured["service"], captured["region"])
    canonical = auth.canonical_request(request)
    expected = auth.signature(auth.string_to_sign(request, canonical), request)
    if expected != match["signature"]:
        return f"the signature is not {expected}"
    return None


def main():
    wrongs = [verify(json.loads(line)) for line in sys.stdin]
    for wrong in wrongs:
        print(f"bad: {wrong}" if wrong else "ok")
    return 1 if any(wrongs) else 0


if __name__ == "__main__":
    sys.exit(main())
