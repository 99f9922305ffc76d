//! The rights of each role: named actions on named resources, and one role for one function.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{FUNCTIONS, Template, branches, list};

/// Statements about every resource, each with the reason: the actions support no resource in
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html>.
const EVERY_RESOURCE: &[(&str, &[&str], &str)] = &[
    (
        "Trace",
        &["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
        "X-Ray has no resource for traces",
    ),
    (
        "ReadMetrics",
        &["cloudwatch:GetMetricData"],
        "metrics are not resources",
    ),
    (
        "DrawGraphs",
        &["cloudwatch:GetMetricWidgetImage"],
        "metrics are not resources",
    ),
    (
        "FindStream",
        &["kinesis:ListStreams"],
        "the action lists all streams; Lambda calls it when the stream is connected",
    ),
    (
        "AttachToVpc",
        ATTACH,
        "Lambda asks for them when the function is connected, before there is an interface; \
         NotFromTheCode keeps the function itself from using them",
    ),
    (
        "NotFromTheCode",
        ATTACH,
        "it denies, and must match everything",
    ),
];

const ATTACH: &[&str] = &[
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
];

/// Statements about all resources of a kind, each with the reason.
const EVERY_OF_A_KIND: &[(&str, &str)] = &[
    (
        "KeepDashboards",
        "a stack owns one dashboard of the service, people own others; each names its owner",
    ),
    (
        "SendMail",
        "the identity is the sender's address or a domain above it, and in the sandbox the \
         recipients' too; the condition holds the sender",
    ),
    ("KeepRecords", "a bucket's objects"),
    ("CallDomain", "the paths of one domain's interface"),
];

/// Roles of services, not of functions.
const OTHER_ROLES: &[(&str, &str)] = &[
    ("ScheduleRole", "scheduler.amazonaws.com"),
    ("SubscriptionRole", "logs.amazonaws.com"),
];

/// The statements of a role.
fn statements(role: &Value) -> Vec<&Value> {
    let policies = list(&role["Policies"]).into_iter();
    policies
        .flat_map(|policy| list(&policy["PolicyDocument"]["Statement"]))
        .flat_map(branches)
        .collect()
}

fn texts(value: &Value) -> BTreeSet<&str> {
    let members = list(value).into_iter();
    members
        .map(|member| member.as_str().expect("a text"))
        .collect()
}

/// What is wrong with a statement.
fn problem(statement: &Value) -> Option<String> {
    let sid = statement["Sid"].as_str().unwrap_or("a statement");
    if !statement["NotAction"].is_null() || !statement["NotResource"].is_null() {
        return Some(format!("{sid} says what is not meant"));
    }
    let actions = texts(&statement["Action"]);
    if actions.is_empty() || actions.iter().any(|action| action.contains(['*', '?'])) {
        return Some(format!("{sid} allows {actions:?}"));
    }
    let resources = list(&statement["Resource"]);
    if resources.is_empty() {
        return Some(format!("{sid} has no resource"));
    }
    for resource in resources {
        let text = resource.to_string();
        if resource == &json!("*") {
            let excused = EVERY_RESOURCE.iter().any(|(name, these, _)| {
                *name == sid && actions.iter().all(|it| these.contains(it))
            });
            if !excused {
                return Some(format!("{sid} is about every resource"));
            }
        } else if text.contains('*') && !EVERY_OF_A_KIND.iter().any(|(name, _)| *name == sid) {
            return Some(format!("{sid} is about every {text}"));
        }
    }
    None
}

#[test]
fn a_role_has_named_actions_on_named_resources() {
    let statement = |action: Value, resource: Value| {
        problem(&json!({"Sid": "A", "Action": action, "Resource": resource}))
    };
    assert!(statement(json!("s3:*"), json!("arn")).is_some());
    assert!(statement(json!(["s3:Get?bject"]), json!("arn")).is_some());
    assert!(statement(json!("s3:GetObject"), json!("*")).is_some());
    assert!(statement(json!("s3:GetObject"), json!({"Fn::Sub": "${A.Arn}/*"})).is_some());
    assert!(statement(json!("s3:GetObject"), json!({"Fn::GetAtt": ["A", "Arn"]})).is_none());
    let stretched = json!({"Sid": "Trace", "Action": "s3:GetObject", "Resource": "*"});
    assert!(problem(&stretched).is_some());

    let template = Template::read();
    let mut used = BTreeSet::new();
    for (name, role) in template.of_type("AWS::IAM::Role") {
        let statements = statements(role);
        assert!(!statements.is_empty(), "{name} allows nothing");
        for statement in statements {
            let problem = problem(statement);
            assert_eq!(problem, None, "{name}");
            used.extend(statement["Sid"].as_str());
        }
        assert!(role["ManagedPolicyArns"].is_null(), "{name} is managed");
    }
    let excused = EVERY_RESOURCE.iter().map(|(name, ..)| name);
    let excused = excused.chain(EVERY_OF_A_KIND.iter().map(|(name, _)| name));
    for name in excused {
        assert!(used.contains(name), "{name} no longer needs a reason");
    }
}

#[test]
fn every_function_has_a_role_of_its_own() {
    let template = Template::read();
    let mut roles: BTreeSet<&str> = template.of_type("AWS::IAM::Role").into_keys().collect();
    for (resource, name) in FUNCTIONS {
        let role = format!("{resource}Role");
        let has = &template.properties(resource)["Role"];
        assert_eq!(has, &json!({"Fn::GetAtt": [role, "Arn"]}));
        assert!(roles.remove(role.as_str()), "{role} is shared");
        let principal = principal(template.properties(&role));
        assert_eq!(principal, "lambda.amazonaws.com", "{role}");
        let names = &template.properties(&role)["Policies"][0]["PolicyName"];
        assert_eq!(names, name, "{role}");
    }
    for (role, service) in OTHER_ROLES {
        assert!(roles.remove(role), "there is no {role}");
        assert_eq!(principal(template.properties(role)), *service, "{role}");
        // A service acts for many accounts; the role allows this one only.
        let trust = &template.properties(role)["AssumeRolePolicyDocument"]["Statement"][0];
        assert!(
            trust["Condition"].to_string().contains("aws:Source"),
            "{role}"
        );
    }
    assert!(roles.is_empty(), "{roles:?} are not used");
}

fn principal(role: &Value) -> &str {
    let statements = list(&role["AssumeRolePolicyDocument"]["Statement"]);
    assert_eq!(statements.len(), 1);
    let principal = &statements[0]["Principal"]["Service"];
    principal.as_str().expect("a service")
}

#[test]
fn a_function_writes_only_its_own_log() {
    let template = Template::read();
    for (resource, _) in FUNCTIONS {
        let role = template.properties(&format!("{resource}Role"));
        let own = json!({"Fn::GetAtt": [format!("{resource}LogGroup"), "Arn"]});
        let mut writes = 0;
        for statement in statements(role) {
            if texts(&statement["Action"])
                .iter()
                .any(|it| it.starts_with("logs:"))
            {
                assert_eq!(statement["Resource"], own, "{resource}");
                writes += 1;
            }
        }
        assert_eq!(writes, 1, "{resource}");
    }
}

/// Publishers whose policies in AWS's documentation have no condition. With one, EventBridge drops its
/// events without a message:
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html>,
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-notifications.html>.
const WITHOUT_CONDITION: [&str; 2] = ["backup.amazonaws.com", "events.amazonaws.com"];

/// Services that `docs/alert-fanout.md` names and that publish as themselves. The others publish with
/// the rights of a role or of whoever calls them.
const PUBLISHERS: [&str; 9] = [
    "backup.amazonaws.com",
    "budgets.amazonaws.com",
    "cloudwatch.amazonaws.com",
    "config.amazonaws.com",
    "costalerts.amazonaws.com",
    "events.amazonaws.com",
    "events.rds.amazonaws.com",
    "s3.amazonaws.com",
    "ses.amazonaws.com",
];

#[test]
fn the_topics_accept_messages_of_the_documented_services() {
    let template = Template::read();
    let policies = template.of_type("AWS::SNS::TopicPolicy");
    assert_eq!(policies.len(), 3);
    let mut alert_publishers = BTreeSet::new();
    for (name, policy) in policies {
        for statement in list(&policy["PolicyDocument"]["Statement"]) {
            assert_eq!(problem(statement), None, "{name}");
            let services = texts(&statement["Principal"]["Service"]);
            if services.iter().any(|it| WITHOUT_CONDITION.contains(it)) {
                assert!(statement["Condition"].is_null(), "{name}");
                assert_eq!(services, WITHOUT_CONDITION.into(), "{name}");
            } else {
                let account = json!({"aws:SourceAccount": {"Ref": "AWS::AccountId"}});
                assert_eq!(statement["Condition"]["StringEquals"], account, "{name}");
            }
            if name == "AlertTopicPolicy" {
                alert_publishers.extend(services);
            }
        }
    }
    assert_eq!(alert_publishers, PUBLISHERS.into());
}

#[test]
fn mail_is_allowed_through_a_configuration_set_too() {
    let template = Template::read();
    let role = template.properties("AlertFanoutRole");
    let statements = statements(role);
    let mail = statements.iter().find(|it| it["Sid"] == "SendMail");
    let resources = list(&mail.expect("SendMail")["Resource"]);
    let ends: Vec<_> = resources
        .iter()
        .filter_map(|it| it["Fn::Sub"].as_str()?.rsplit(':').next())
        .collect();
    assert_eq!(ends, ["identity/*", "configuration-set/*"]);
}
