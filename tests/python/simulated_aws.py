"""Holds the simulated AWS to what boto3 makes of it.

usage: simulated_aws.py ENDPOINT TRUTH [THROTTLED_ENDPOINT]

TRUTH is a JSON file with what the simulation serves: {"account", "access_key", "secret",
"regions": {NAME: {"status", "events": [{"id", "second"}, ...newest first], "insights": N}}}.
The first endpoint must have no quota that a test could reach; the second has AWS's.
"""

import json
import sys
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def client(service, region, endpoint, truth, **changed):
    keys = {
        "aws_access_key_id": truth["access_key"],
        "aws_secret_access_key": truth["secret"],
        **changed,
    }
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client(service, region, endpoint_url=endpoint, config=config, **keys)


def refused(code, status, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        got = error.response["Error"]["Code"]
        assert got == code, f"{got}, not {code}: {error}"
        metadata = error.response["ResponseMetadata"]
        assert metadata["HTTPStatusCode"] == status, metadata
        assert metadata["RequestId"], metadata
        return error.response["Error"]["Message"]
    raise AssertionError(f"{code} expected for {arguments}")


def of_status(truth, status):
    """The regions of that status, the busiest first."""
    names = [name for name, region in truth["regions"].items() if region["status"] == status]
    return sorted(names, key=lambda name: -len(truth["regions"][name]["events"]))


def check_identity(endpoint, truth):
    identity = client("sts", "us-east-1", endpoint, truth).get_caller_identity()
    assert identity["Account"] == truth["account"], identity
    assert identity["Arn"] == f"arn:aws:iam::{truth['account']}:user/example", identity


def check_regions(endpoint, truth):
    paginator = client("account", "us-east-1", endpoint, truth).get_paginator("list_regions")
    pages = list(paginator.paginate(PaginationConfig={"PageSize": 2}))
    assert len(pages) == -(-len(truth["regions"]) // 2), pages
    listed = {r["RegionName"]: r["RegionOptStatus"] for page in pages for r in page["Regions"]}
    assert list(listed) == list(truth["regions"]), listed
    for name, region in truth["regions"].items():
        assert (listed[name] == "DISABLED") == (region["status"] == "NotEnabled"), listed
    enabled = paginator.paginate(RegionOptStatusContains=["ENABLED", "ENABLED_BY_DEFAULT"])
    names = [r["RegionName"] for page in enabled for r in page["Regions"]]
    assert names == [name for name in listed if listed[name] != "DISABLED"], names
    for region in ({"MaxResults": 51}, {"NextToken": "bogus"}):
        try:
            client("account", "us-east-1", endpoint, truth).list_regions(**region)
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ValidationException", error
        else:
            raise AssertionError(f"{region} was accepted")


def check_every_event(endpoint, truth):
    for name in of_status(truth, "Enabled"):
        expected = truth["regions"][name]["events"]
        paginator = client("cloudtrail", name, endpoint, truth).get_paginator("lookup_events")
        pages = list(paginator.paginate())
        assert all(len(page["Events"]) == 50 for page in pages[:-1]), name
        events = [event for page in pages for event in page["Events"]]
        ids = [event["EventId"] for event in events]
        assert ids == [event["id"] for event in expected], f"{name}: {len(ids)} ids"
        times = [event["EventTime"].timestamp() for event in events]
        assert times == [event["second"] for event in expected], name
        for event in events:
            check_event(event, name)


def check_event(event, region):
    record = json.loads(event["CloudTrailEvent"])
    assert record["eventID"] == event["EventId"], event
    assert record["eventName"] == event["EventName"], event
    assert record["eventSource"] == event["EventSource"], event
    assert record["awsRegion"] == region, event
    assert event["ReadOnly"] == ("true" if record["readOnly"] else "false"), event
    time = datetime.strptime(record["eventTime"], "%Y-%m-%dT%H:%M:%SZ")
    assert time.replace(tzinfo=timezone.utc) == event["EventTime"], event
    assert isinstance(event["Resources"], list), event


def check_bounds(endpoint, truth):
    name = of_status(truth, "Enabled")[0]
    cloudtrail = client("cloudtrail", name, endpoint, truth)
    seconds = sorted({event["second"] for event in truth["regions"][name]["events"]})
    start, end = seconds[3], seconds[8]

    def count(start, end):
        times = (datetime.fromtimestamp(time, timezone.utc) for time in (start, end))
        window = dict(zip(("StartTime", "EndTime"), times))
        pages = cloudtrail.get_paginator("lookup_events").paginate(**window)
        return sum(len(page["Events"]) for page in pages)

    def held(start, end):
        events = truth["regions"][name]["events"]
        return sum(start <= event["second"] <= end for event in events)

    for window in ((start, end), (start + 1, end), (start, end - 1), (start, start), (end, end)):
        assert count(*window) == held(*window), window
    assert held(start, start) > 0 and held(end, end) > 0
    assert count(start, end) == count(start, end - 1) + count(end, end)
    now = datetime.now(timezone.utc)
    bad = [
        {"StartTime": now, "EndTime": now - timedelta(seconds=1)},
        {"EndTime": now - timedelta(days=91)},
        {"StartTime": now + timedelta(days=1)},
    ]
    for window in bad:
        refused("InvalidTimeRangeException", 400, cloudtrail.lookup_events, **window)


def check_attributes(endpoint, truth):
    name = of_status(truth, "Enabled")[0]
    cloudtrail = client("cloudtrail", name, endpoint, truth)
    paginator = cloudtrail.get_paginator("lookup_events")

    def find(key, value):
        attributes = [{"AttributeKey": key, "AttributeValue": value}]
        pages = paginator.paginate(LookupAttributes=attributes)
        return [event for page in pages for event in page["Events"]]

    wanted = truth["regions"][name]["events"][7]["id"]
    assert [event["EventId"] for event in find("EventId", wanted)] == [wanted]
    everything = len(truth["regions"][name]["events"])
    assert len(find("ReadOnly", "true")) + len(find("ReadOnly", "false")) == everything
    (event,) = find("EventId", wanted)
    assert wanted in [found["EventId"] for found in find("EventName", event["EventName"])]
    decrypted = find("EventName", "Decrypt")
    assert decrypted and {event["EventName"] for event in decrypted} == {"Decrypt"}
    keyed = find("ResourceType", "AWS::KMS::Key")
    assert len(keyed) >= len(decrypted) and find("EventName", "decrypt") == []
    sources = {event["EventSource"] for event in find("EventSource", "kms.amazonaws.com")}
    assert sources == {"kms.amazonaws.com"}, sources
    unknown = [{"AttributeKey": "Nonsense", "AttributeValue": "x"}]
    call = cloudtrail.lookup_events
    refused("InvalidLookupAttributesException", 400, call, LookupAttributes=unknown)


def check_insights(endpoint, truth):
    for name in of_status(truth, "Enabled"):
        cloudtrail = client("cloudtrail", name, endpoint, truth)
        events = cloudtrail.lookup_events(EventCategory="insight")["Events"]
        assert len(events) == truth["regions"][name]["insights"], name
        records = [json.loads(event["CloudTrailEvent"]) for event in events]
        assert all(record["eventCategory"] == "Insight" for record in records), name
    call = cloudtrail.lookup_events
    refused("InvalidEventCategoryException", 400, call, EventCategory="management")


def check_pages(endpoint, truth):
    name = of_status(truth, "Enabled")[0]
    other = of_status(truth, "Enabled")[1]
    cloudtrail = client("cloudtrail", name, endpoint, truth)
    first = cloudtrail.lookup_events(MaxResults=7)
    assert len(first["Events"]) == 7
    token = first["NextToken"]
    second = cloudtrail.lookup_events(MaxResults=7, NextToken=token)
    ids = {event["EventId"] for event in first["Events"] + second["Events"]}
    assert len(ids) == 14
    again = cloudtrail.lookup_events(MaxResults=7, NextToken=token)
    assert again["Events"] == second["Events"]
    call = cloudtrail.lookup_events
    for arguments in (
        {"MaxResults": 7, "NextToken": "bogus"},
        {"MaxResults": 8, "NextToken": token},
        {"MaxResults": 7, "NextToken": token, "StartTime": datetime.now(timezone.utc) - timedelta(hours=1)},
    ):
        refused("InvalidNextTokenException", 400, call, **arguments)
    elsewhere = client("cloudtrail", other, endpoint, truth).lookup_events
    refused("InvalidNextTokenException", 400, elsewhere, MaxResults=7, NextToken=token)
    refused("InvalidMaxResultsException", 400, call, MaxResults=51)


def check_callers(endpoint, truth):
    name = of_status(truth, "Enabled")[0]
    wrong = {"aws_secret_access_key": "wrong"}
    unknown = {"aws_access_key_id": "AKIAUNKNOWNEXAMPLE00"}
    session = {"aws_session_token": "of unknown origin"}
    for changed, code in (
        (wrong, "InvalidSignatureException"),
        (unknown, "UnrecognizedClientException"),
        (session, "UnrecognizedClientException"),
    ):
        call = client("cloudtrail", name, endpoint, truth, **changed).lookup_events
        refused(code, 400, call)
    for changed, code in ((wrong, "SignatureDoesNotMatch"), (unknown, "InvalidClientTokenId")):
        call = client("sts", "us-east-1", endpoint, truth, **changed).get_caller_identity
        refused(code, 403, call)
    cloudtrail = client("cloudtrail", name, endpoint, truth)
    refused("UnknownOperationException", 400, cloudtrail.describe_trails)
    refused("InvalidAction", 400, client("sts", "us-east-1", endpoint, truth).get_session_token)
    headers = {"X-Amz-Target": "CloudTrail_20131101.LookupEvents"}
    request = urllib.request.Request(endpoint, b"{}", headers)
    try:
        urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        body = json.load(error)
        assert error.code == 400 and body["__type"] == "MissingAuthenticationTokenException", body
    else:
        raise AssertionError("an unsigned request was answered")


def check_closed_regions(endpoint, truth):
    (closed,) = of_status(truth, "NotEnabled")
    call = client("cloudtrail", closed, endpoint, truth).lookup_events
    message = refused("UnrecognizedClientException", 400, call)
    assert message == "The security token included in the request is invalid.", message
    call = client("sts", closed, endpoint, truth).get_caller_identity
    refused("InvalidClientTokenId", 403, call)
    (denied,) = of_status(truth, "Denied")
    call = client("cloudtrail", denied, endpoint, truth).lookup_events
    message = refused("AccessDeniedException", 400, call)
    assert "explicit deny in a service control policy" in message, message


def check_throttling(endpoint, truth):
    cloudtrails = [
        client("cloudtrail", name, endpoint, truth) for name in of_status(truth, "Enabled")[:2]
    ]
    for cloudtrail in cloudtrails:  # Each region has a quota of its own.
        outcomes = []
        for _ in range(6):
            try:
                cloudtrail.lookup_events(MaxResults=1)
                outcomes.append(None)
            except ClientError as error:
                assert error.response["Error"]["Message"] == "Rate exceeded", error
                metadata = error.response["ResponseMetadata"]
                assert metadata["HTTPStatusCode"] == 400 and metadata["RequestId"], metadata
                outcomes.append(error.response["Error"]["Code"])
        assert outcomes[:2] == [None, None], outcomes
        assert "ThrottlingException" in outcomes, outcomes


def main():
    endpoint, truth_path, *throttled = sys.argv[1:]
    with open(truth_path, encoding="utf-8") as file:
        truth = json.load(file)
    checks = [
        check_identity,
        check_regions,
        check_every_event,
        check_bounds,
        check_attributes,
        check_insights,
        check_pages,
        check_callers,
        check_closed_regions,
    ]
    for check in checks:
        check(endpoint, truth)
        print(f"{check.__name__}: ok")
    if throttled:
        check_throttling(throttled[0], truth)
        print("check_throttling: ok")


main()
