//! Records for a report: what the generator makes, and every kind of event that a table is about.

use serde_json::{Value, json};

use crate::support::aws::{account, readable};

const ACCOUNT: &str = "111122223333";

/// A value that is text and nothing else, wherever it stands.
pub(crate) const HOSTILE: [&str; 6] = [
    "<script>document.title='run'</script>",
    "\"><img src=x onerror=\"document.title='run'\">",
    "' onmouseover='document.title=1",
    "javascript:document.title='run'",
    "</title></style><script src=http://192.0.2.1/x.js></script>",
    "right\u{202e}left\u{0}nul\u{200b}zero",
];

/// As the lines of a file: some hundred from the generator, and the special ones.
pub(crate) fn lines() -> String {
    let mut lines: Vec<String> = readable(&account(200)).into_values().collect();
    lines.extend(special().iter().map(Value::to_string));
    lines.join("\n")
}

/// What the generator does not make, or not of every kind.
pub(crate) fn special() -> Vec<Value> {
    let mut records = Vec::new();
    for (number, value) in HOSTILE.into_iter().enumerate() {
        let mut record = of("hostile", number, value);
        record["eventName"] = json!(value);
        record["errorCode"] = json!(format!("AccessDenied{value}"));
        record["sourceIPAddress"] = json!(value);
        record["eventSource"] = json!(value);
        record["awsRegion"] = json!(value);
        records.push(record);
    }
    for (number, (outcome, mfa)) in
        [("Success", "Yes"), ("Success", "No"), ("Failure", "No"), ("Success", "")]
            .iter()
            .enumerate()
    {
        let mut record = of("login", number, "arn:aws:iam::111122223333:user/alice");
        record["eventName"] = json!("ConsoleLogin");
        record["eventSource"] = json!("signin.amazonaws.com");
        record["responseElements"] = json!({"ConsoleLogin": outcome});
        record["additionalEventData"] = json!({"MFAUsed": mfa, "MobileVersion": "No"});
        records.push(record);
    }
    for (number, code) in
        ["AccessDenied", "Client.UnauthorizedOperation", "NoSuchKey"].iter().enumerate()
    {
        let mut record = of("denied", number, "arn:aws:iam::111122223333:user/bob");
        record["errorCode"] = json!(code);
        records.push(record);
    }
    let mut root = of("root", 0, "arn:aws:iam::111122223333:root");
    root["userIdentity"]["type"] = json!("Root");
    records.push(root);
    let mut service = of("service", 0, "-");
    service["userIdentity"] = json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"});
    records.push(service);
    let mut bare = of("bare", 0, "");
    for field in ["userIdentity", "sourceIPAddress", "awsRegion"] {
        bare.as_object_mut().unwrap().remove(field);
    }
    records.push(bare);
    let mut long = of("long", 0, &"x".repeat(5_000));
    long["sourceIPAddress"] = json!("y".repeat(9_000));
    records.push(long);
    records
}

/// Sign-ins, each of somebody else from somewhere else.
pub(crate) fn logins(number: usize) -> String {
    let login = |number| {
        let mut record = of("many", number, &format!("arn:aws:iam::111122223333:user/{number}"));
        record["eventName"] = json!("ConsoleLogin");
        record["sourceIPAddress"] = json!(format!("192.0.2.{}.{}", number / 256, number % 256));
        record.to_string()
    };
    (0..number).map(login).collect::<Vec<_>>().join("\n")
}

/// A plain one, of yesterday.
fn of(kind: &str, number: usize, arn: &str) -> Value {
    let yesterday = jiff::Timestamp::now().as_second() - 86_400;
    let number = i64::try_from(number).unwrap();
    let time = jiff::Timestamp::from_second(yesterday + number).unwrap();
    json!({
        "eventVersion": "1.11", "eventID": format!("{kind}-{number}"), "eventTime": time,
        "eventName": "GetObject", "eventSource": "s3.amazonaws.com", "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.1", "recipientAccountId": ACCOUNT, "eventType": "AwsApiCall",
        "userIdentity": {"type": "IAMUser", "arn": arn, "principalId": "AIDAEXAMPLE", "accountId": ACCOUNT},
    })
}
