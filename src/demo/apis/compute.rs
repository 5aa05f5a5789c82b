//! Compute and what runs on it: ec2, autoscaling, lambda, rds, es, eks, codebuild.

use serde_json::{Value, json};

use super::{Api, Scene, Sections, read, write};

pub(super) const APIS: &[Api] = &[
    read("ec2", "DescribeInstances", 160, describe_instances),
    read("ec2", "DescribeInstanceAttribute", 20, describe_instance_attribute),
    write("ec2", "RunInstances", 24, run_instances),
    write("ec2", "TerminateInstances", 16, terminate_instances),
    write("ec2", "ModifyInstanceAttribute", 8, modify_instance_attribute),
    write("ec2", "AuthorizeSecurityGroupIngress", 10, authorize_ingress),
    write("autoscaling", "CreateLaunchConfiguration", 6, create_launch_configuration),
    write("lambda", "CreateFunction20150331", 8, create_function),
    read("lambda", "GetFunction20150331v2", 30, get_function),
    write("rds", "CreateDBInstance", 6, create_db_instance),
    write("rds", "CreateDBCluster", 4, create_db_cluster),
    read("rds", "DescribeDBInstances", 40, |_| Sections::default()),
    read("es", "DescribeElasticsearchDomain", 12, describe_domain),
];

fn describe_instances(scene: &mut Scene<'_>) -> Sections {
    let instance = scene.instance();
    Sections {
        request: json!({"instancesSet": {"items": [{"instanceId": instance}]}, "filterSet": {}}),
        ..Sections::default()
    }
}

/// `attribute` as a string, against the object of sqs.
fn describe_instance_attribute(scene: &mut Scene<'_>) -> Sections {
    let (instance, attribute) = (scene.instance(), scene.pick(&["userData", "instanceType"]));
    Sections {
        request: json!({"instanceId": instance, "attribute": attribute}),
        ..Sections::default()
    }
}

/// `iamInstanceProfile` as an object, against the string of autoscaling.
fn run_instances(scene: &mut Scene<'_>) -> Sections {
    let (instance, subnet) = (scene.instance(), scene.id("subnet"));
    Sections {
        request: json!({
            "instancesSet": {"items": [
                {"imageId": "ami-0abcdef1234567890", "minCount": 1, "maxCount": 1},
            ]},
            "instanceType": scene.pick(&["t3.micro", "m7g.large", "c7i.xlarge"]),
            "iamInstanceProfile": {"name": scene.role()},
            "disableApiTermination": false, "subnetId": subnet, "monitoring": {"enabled": false},
        }),
        response: json!({"instancesSet": {"items": [{
            "instanceId": instance, "subnetId": subnet,
            "instanceState": {"code": 0, "name": "pending"},
        }]}}),
        resources: vec![
            (Some("AWS::EC2::Instance"), instance),
            (Some("AWS::EC2::Subnet"), subnet),
            (Some("AWS::EC2::Ami"), "ami-0abcdef1234567890".to_owned()),
        ],
        ..Sections::default()
    }
}

fn terminate_instances(scene: &mut Scene<'_>) -> Sections {
    let instance = scene.instance();
    let item = |state: Value| json!({"instancesSet": {"items": [state]}});
    Sections {
        request: item(json!({"instanceId": instance})),
        response: item(json!({
            "instanceId": instance, "currentState": {"code": 32, "name": "shutting-down"},
            "previousState": {"code": 16, "name": "running"},
        })),
        resources: vec![(Some("AWS::EC2::Instance"), instance)],
        ..Sections::default()
    }
}

/// A truth value in an object of its own, against the plain one of `RunInstances`.
fn modify_instance_attribute(scene: &mut Scene<'_>) -> Sections {
    let instance = scene.instance();
    Sections {
        request: json!({
            "instanceId": instance, "disableApiTermination": {"value": scene.rng.bool()},
        }),
        response: json!({"_return": true}),
        resources: vec![(Some("AWS::EC2::Instance"), instance)],
        ..Sections::default()
    }
}

fn authorize_ingress(scene: &mut Scene<'_>) -> Sections {
    let group = scene.id("sg");
    let range = json!({"items": [{"cidrIp": format!("{}/32", scene.address())}]});
    let permission =
        json!({"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "ipRanges": range});
    Sections {
        request: json!({"groupId": group, "ipPermissions": {"items": [permission]}}),
        response: json!({"_return": true}),
        resources: vec![(Some("AWS::EC2::SecurityGroup"), group)],
        ..Sections::default()
    }
}

/// `iamInstanceProfile` as a string.
fn create_launch_configuration(scene: &mut Scene<'_>) -> Sections {
    let name = format!("web-{:06x}", scene.rng.u32(0..1 << 24));
    Sections {
        request: json!({
            "launchConfigurationName": name, "imageId": "ami-0abcdef1234567890",
            "instanceType": "t3.micro", "iamInstanceProfile": scene.role(), "ebsOptimized": false,
        }),
        resources: vec![(Some("AWS::AutoScaling::LaunchConfiguration"), name)],
        ..Sections::default()
    }
}

/// `role` as a string, and `apiVersion` with hyphens.
fn create_function(scene: &mut Scene<'_>) -> Sections {
    let name = scene.pick(&["thumbnails", "ingest", "notify", "nightly-report"]);
    let (role, arn) = (scene.role(), scene.arn("lambda", &format!("function:{name}")));
    let role = scene.global_arn("iam", &format!("role/{role}"));
    Sections {
        request: json!({"functionName": name, "runtime": "python3.13", "role": role}),
        response: json!({"functionName": name, "functionArn": arn, "role": role}),
        api_version: Some("2015-03-31"),
        resources: vec![(Some("AWS::Lambda::Function"), arn)],
        ..Sections::default()
    }
}

fn get_function(scene: &mut Scene<'_>) -> Sections {
    let name = scene.pick(&["thumbnails", "ingest", "notify", "nightly-report"]);
    Sections {
        request: json!({"functionName": scene.arn("lambda", &format!("function:{name}"))}),
        api_version: Some("2015-03-31"),
        ..Sections::default()
    }
}

/// `endpoint` and `dBSubnetGroup` as objects.
fn create_db_instance(scene: &mut Scene<'_>) -> Sections {
    let name = format!("orders-{:04x}", scene.rng.u16(..));
    let host = format!("{name}.abcdefghijkl.{}.rds.amazonaws.com", scene.region);
    Sections {
        request: json!({
            "dBInstanceIdentifier": name, "engine": "postgres", "allocatedStorage": 100,
            "dBInstanceClass": "db.m7g.large", "masterUserPassword": "****",
            "dBSubnetGroupName": "default",
        }),
        response: json!({
            "dBInstanceIdentifier": name, "dBInstanceStatus": "creating",
            "endpoint": {"address": host, "port": 5432},
            "dBSubnetGroup": {
                "dBSubnetGroupName": "default", "dBSubnetGroupDescription": "default",
                "subnetGroupStatus": "Complete", "vpcId": "vpc-0abcdef1234567890",
            },
        }),
        resources: vec![(Some("AWS::RDS::DBInstance"), name)],
        ..Sections::default()
    }
}

/// `endpoint` and `dBSubnetGroup` as strings.
fn create_db_cluster(scene: &mut Scene<'_>) -> Sections {
    let name = format!("ledger-{:04x}", scene.rng.u16(..));
    let host = format!("{name}.cluster-abcdefghijkl.{}.rds.amazonaws.com", scene.region);
    Sections {
        request: json!({"dBClusterIdentifier": name, "engine": "aurora-postgresql"}),
        response: json!({
            "dBClusterIdentifier": name, "status": "creating", "endpoint": host,
            "dBSubnetGroup": "default", "port": 5432,
        }),
        resources: vec![(Some("AWS::RDS::DBCluster"), name)],
        ..Sections::default()
    }
}

/// `domainName` as a string.
fn describe_domain(scene: &mut Scene<'_>) -> Sections {
    let name = scene.pick(&["search", "audit", "catalog"]);
    Sections {
        request: json!({"domainName": name}),
        api_version: Some("2015-01-01"),
        ..Sections::default()
    }
}
