//! The `ecs` layout on real engines.

use serde_json::{Value, json};
use trailhaul::demo::generator;

use super::document;
use crate::hostile;
use crate::support::{
    engines::{Engine, engines, on_every_engine},
    own_index::OwnIndex,
};

fn own_index(engine: Engine) -> OwnIndex {
    OwnIndex::new(engine, "ecs").with_options(&["--layout", "ecs"])
}

async fn hits(job: &OwnIndex, query: &Value) -> u64 {
    let path = format!("{}/_count", job.index);
    let found = job.engine.post(&path, &json!({ "query": query })).await.expect_ok();
    found["count"].as_u64().unwrap()
}

/// Records of the demo, and those that other tests hold for the worst that parsers accept.
pub(super) fn records() -> Vec<String> {
    let mut lines: Vec<String> = generator::spread("us-east-1", 1_770_000_000, 60, 300, 5)
        .iter()
        .map(|event| event.text().into_owned())
        .collect();
    lines.extend(hostile::documents().filter(|text| !text.contains('\n')));
    lines.push(
        json!({
            "eventID": "searched", "eventTime": "2026-02-03T04:05:06Z", "eventName": "PutBucketPolicy",
            "eventSource": "s3.amazonaws.com", "sourceIPAddress": "192.0.2.7",
            "requestParameters": { "bucketName": "needle", "policy": { "Effect": "Deny" } },
        })
        .to_string(),
    );
    lines
}

async fn takes_all(engine: Engine) {
    let (job, lines) = (own_index(engine), records());
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    for (number, options) in [&[][..], &["--keep", "request,response.text"]].iter().enumerate() {
        let run = job.load_lines_with(&lines, options).await;
        run.assert_balanced();
        let name = &job.engine.name;
        assert_eq!(run.code, Some(0), "{name}: {run}");
        let counts = ["rejected", "repaired"].map(|counter| run.total(counter));
        assert_eq!(counts, [0, 0], "{name}: {run}");
        assert_eq!(run.total("created"), run.total("read"), "{name}: {run}");
        assert_eq!(job.engine.count(&job.index).await, run.total("read"), "{name}");

        let flattened = if ["elasticsearch-7.10", "opensearch-1"].contains(&name.as_str()) {
            let terms = "aws.cloudtrail.flattened.request_parameters_terms";
            json!({ "term": { terms: "policy.Effect=Deny" } })
        } else {
            json!({ "term": { "aws.cloudtrail.flattened.request_parameters.policy.Effect": "Deny" } })
        };
        let pattern = "*bucketName=needle*";
        for query in [
            flattened,
            json!({ "wildcard": { "aws.cloudtrail.request_parameters": pattern } }),
            json!({ "match": { "aws.cloudtrail.request_parameters.text": "needle" } }),
            json!({ "query_string": { "query": "needle" } }),
            json!({ "bool": { "filter": [
                { "term": { "source.ip": "192.0.2.0/24" } },
                { "term": { "event.action": "PutBucketPolicy" } },
                { "term": { "cloud.service.name": "s3" } },
                { "wildcard": { "aws.cloudtrail.request_parameters": pattern } },
            ] } }),
        ] {
            assert_eq!(hits(&job, &query).await, 1, "{name}, {number}: {query}");
        }
        job.engine.delete(&job.index).await;
    }
}

#[tokio::test]
async fn every_engine_takes_every_document_and_finds_what_is_in_it() {
    on_every_engine(takes_all).await;
}

/// An index of somebody else's making refuses: the section is text then, and the event whole.
async fn is_repaired(engine: Engine) {
    let job = own_index(engine);
    let mapping = json!({ "mappings": { "properties": { "user": { "type": "keyword" } } } });
    job.engine.put(&job.index, &mapping).await.expect_ok();
    let record = json!({"eventID": "refused", "eventTime": "2026-02-03T04:05:06Z",
        "eventSource": "s3.amazonaws.com", "eventName": "X", "userIdentity": {"userName": "ana"}});
    let run = job.load_lines(&[&record.to_string()]).await;
    run.assert_balanced();
    assert_eq!(run.code, Some(0), "{}: {run}", job.engine.name);
    assert_eq!([run.total("created"), run.total("repaired")], [1, 1], "{run}");
    let found = job.engine.get(&format!("{}/_doc/refused", job.index)).await.expect_ok();
    let source = &found["_source"];
    assert_eq!(source["trailhaul"], json!({"repaired": "text", "user_json": r#"{"name":"ana"}"#}));
    assert_eq!(source["event"]["action"], "X");
    job.engine.delete(&job.index).await;
}

#[tokio::test]
async fn what_an_index_refuses_is_written_in_another_form() {
    on_every_engine(is_repaired).await;
}

/// User agents as AWS has them, and as browsers are.
const AGENTS: [&str; 24] = [
    "aws-cli/1.16.310 Python/3.8.1 Darwin/18.7.0 botocore/1.13.46",
    "aws-cli/2.15.0 md/awscrt#0.19.19 ua/2.0 os/linux#6.1.0 md/arch#x86_64 lang/python#3.11.6",
    "[aws-cli/1.11.10 Python/2.7.8 Linux/3.2.45-0.6 botocore/1.4.67]",
    "aws-sdk-go/1.44.232 (go1.19.7; linux; amd64)",
    "aws-sdk-go-v2/1.32.2 os/macos lang/go#1.23.2 md/GOOS#darwin md/GOARCH#arm64 api/iam#1.37.2",
    "aws-sdk-java/1.12.300 Linux/5.10.0 OpenJDK_64-Bit_Server_VM/25.342-b07 java/1.8.0_342",
    "aws-sdk-nodejs/2.1384.0 darwin/v20.16.0 promise",
    "aws-sdk-ruby3/3.170.0 ua/2.0 api/s3#1.119.0 os/linux md/x86_64 lang/ruby#3.1.2",
    "aws-sdk-dotnet-45/3.7.0 aws-sdk-dotnet-core/3.7.0 .NET_Core/6.0 OS/Microsoft_Windows_10.0",
    "Boto3/1.26.76 Python/3.9.16 Linux/4.14.255 exec-env/AWS_Lambda_python3.9 Botocore/1.29.76",
    "APN/1.0 HashiCorp/1.0 Terraform/1.5.0 (+https://www.terraform.io) terraform-provider-aws/5.0.0",
    "S3Console/0.4, aws-internal/3 aws-sdk-java/1.11.1030 Linux/5.4.129 OpenJDK_64-Bit_Server_VM/25.302",
    "console.amazonaws.com",
    "cloudformation.amazonaws.com",
    "AWS Internal",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:24.0) Gecko/20100101 Firefox/24.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.91",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 13; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "curl/7.88.1",
    "Wget/1.21.3 (linux-gnu)",
];

/// What the processor says, but for the point that older engines leave behind a version of which a part
/// is empty.
fn said(mut agent: Value) -> Value {
    if let Some(version) = agent["version"].as_str().map(str::to_owned) {
        agent["version"] = json!(version.trim_end_matches('.'));
    }
    agent
}

#[tokio::test]
async fn user_agents_are_what_the_engines_processor_makes_of_them() {
    let mut asked = 0;
    for engine in engines() {
        let agents = AGENTS.map(|agent| json!({ "_source": { "agent": agent } }));
        let processor = json!({ "user_agent": { "field": "agent", "target_field": "user_agent" } });
        let body = json!({ "pipeline": { "processors": [processor] }, "docs": agents });
        let answer = engine.post("_ingest/pipeline/_simulate", &body).await;
        if answer.text.contains("No processor type exists") {
            continue;
        }
        asked += 1;
        let answer = answer.expect_ok();
        for (agent, made) in AGENTS.iter().zip(answer["docs"].as_array().unwrap()) {
            let ours = &document(json!({ "userAgent": agent }))["user_agent"];
            let theirs = said(made["doc"]["_source"]["user_agent"].clone());
            assert_eq!(ours, &theirs, "{}: {agent}", engine.name);
        }
    }
    assert!(asked > 0 || engines().is_empty(), "no engine has the processor");
}
