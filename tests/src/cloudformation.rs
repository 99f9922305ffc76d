//! Stacks in ministack, made and changed as `sam deploy` does it: the template goes to S3, a change
//! set is created from there and executed.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use crate::{
    eventually,
    ministack::{Ministack, REGION},
};

/// The bucket that templates and functions are uploaded to.
const BUCKET: &str = "bongsu-deployment";

/// A stack.
#[derive(Debug)]
pub struct Stack {
    server: &'static Ministack,
    /// Its name.
    pub name: String,
    /// How many changes there were.
    changes: AtomicU32,
}

/// How long a stack may take: it is built of processes on this machine.
const PATIENCE: Duration = Duration::from_mins(3);

/// What a template's owner allows: roles, roles with names, and the transform of SAM.
const CAPABILITIES: [&str; 3] = [
    "CAPABILITY_IAM",
    "CAPABILITY_NAMED_IAM",
    "CAPABILITY_AUTO_EXPAND",
];

/// Uploads a file, and says where it is in S3.
///
/// # Panics
///
/// When it is not taken.
pub async fn upload(server: &Ministack, key: &str, content: Vec<u8>) -> String {
    let place = format!(
        "<CreateBucketConfiguration><LocationConstraint>{REGION}</LocationConstraint>\
         </CreateBucketConfiguration>"
    );
    let made = server.rest("s3", "PUT", BUCKET, place).await;
    // 409: it is there already.
    assert!(made.status < 300 || made.status == 409, "{made:?}");
    let path = format!("{BUCKET}/{key}");
    let answer = server.rest("s3", "PUT", &path, content).await;
    assert!(answer.status < 300, "{answer:?}");
    path
}

impl Stack {
    /// A stack of this name, which need not be there yet.
    #[must_use]
    pub fn named(server: &'static Ministack, name: &str) -> Self {
        Self {
            server,
            name: name.to_owned(),
            changes: AtomicU32::new(0),
        }
    }

    /// Makes the stack, or changes it, to what the template says with these parameters, and waits
    /// until it is done.
    ///
    /// # Panics
    ///
    /// When it does not become so.
    pub async fn deploy(&self, template: &str, parameters: &[(&str, &str)]) {
        let is_there = self.status().await.is_some();
        let kind = if is_there { "UPDATE" } else { "CREATE" };
        let change = self.changes.fetch_add(1, Ordering::Relaxed);
        let change = format!("change-{change}");
        let key = format!("{}-{change}.template", self.name);
        let path = upload(self.server, &key, template.as_bytes().to_vec()).await;
        let mut arguments = vec![
            pair("StackName", &self.name),
            pair("ChangeSetName", &change),
            pair("ChangeSetType", kind),
            pair("TemplateURL", &format!("{}/{path}", self.server.url)),
        ];
        for (number, capability) in (1..).zip(CAPABILITIES) {
            arguments.push(pair(&format!("Capabilities.member.{number}"), capability));
        }
        for (number, (name, value)) in (1..).zip(parameters) {
            let member = format!("Parameters.member.{number}");
            arguments.push(pair(&format!("{member}.ParameterKey"), name));
            arguments.push(pair(&format!("{member}.ParameterValue"), value));
        }
        self.call("CreateChangeSet", &arguments).await;
        let change_set = [
            pair("StackName", &self.name),
            pair("ChangeSetName", &change),
        ];
        let what = format!("the change set of {}", self.name);
        eventually(&what, PATIENCE, async || {
            let answer = self.call("DescribeChangeSet", &change_set).await;
            let status = text(&answer, "Status").unwrap_or_default();
            assert_ne!(status, "FAILED", "{answer}");
            (status == "CREATE_COMPLETE").then_some(())
        })
        .await;
        self.call("ExecuteChangeSet", &change_set).await;
        self.wait_for(&format!("{kind}_COMPLETE")).await;
    }

    /// Deletes the stack, and waits until it is gone.
    ///
    /// # Panics
    ///
    /// When it stays.
    pub async fn delete(&self) {
        self.call("DeleteStack", &[pair("StackName", &self.name)])
            .await;
        let what = format!("the end of {}", self.name);
        eventually(&what, PATIENCE, async || {
            let status = self.status().await;
            let status = status.as_deref().unwrap_or("DELETE_COMPLETE");
            self.stop_unless(!status.ends_with("FAILED"), status).await;
            (status == "DELETE_COMPLETE").then_some(())
        })
        .await;
    }

    /// What it says of itself.
    ///
    /// # Panics
    ///
    /// When it is not there.
    pub async fn outputs(&self) -> BTreeMap<String, String> {
        let arguments = [pair("StackName", &self.name)];
        let answer = self.call("DescribeStacks", &arguments).await;
        let keys = texts(&answer, "OutputKey");
        keys.into_iter()
            .zip(texts(&answer, "OutputValue"))
            .collect()
    }

    /// The resources: what the template calls each, and its id.
    ///
    /// # Panics
    ///
    /// When it is not there.
    pub async fn resources(&self) -> BTreeMap<String, String> {
        let arguments = [pair("StackName", &self.name)];
        let answer = self.call("DescribeStackResources", &arguments).await;
        let names = texts(&answer, "LogicalResourceId");
        let ids = texts(&answer, "PhysicalResourceId");
        assert_eq!(names.len(), ids.len(), "{answer}");
        names.into_iter().zip(ids).collect()
    }

    /// Its status; `None` when there is no such stack.
    pub async fn status(&self) -> Option<String> {
        let arguments = [pair("StackName", &self.name)];
        let answer = self
            .server
            .query("cloudformation", "DescribeStacks", &arguments)
            .await;
        (answer.status < 300).then(|| text(&answer.body, "StackStatus"))?
    }

    async fn wait_for(&self, wanted: &str) {
        let what = format!("{wanted} of {}", self.name);
        eventually(&what, PATIENCE, async || {
            let status = self.status().await.unwrap_or_default();
            let has_ended = !status.ends_with("IN_PROGRESS");
            self.stop_unless(!has_ended || status == wanted, &status)
                .await;
            has_ended.then_some(())
        })
        .await;
    }

    /// Ends the test unless all is well, and tells what went wrong.
    async fn stop_unless(&self, all_is_well: bool, status: &str) {
        if !all_is_well {
            let failures = self.failures().await;
            panic!("{} is {status}\n{failures}", self.name);
        }
    }

    /// What went wrong, in CloudFormation's words.
    async fn failures(&self) -> String {
        let arguments = [pair("StackName", &self.name)];
        let answer = self.call("DescribeStackEvents", &arguments).await;
        let events = answer.split("<member>").filter_map(|event| {
            let reason = text(event, "ResourceStatusReason")?;
            let resource = text(event, "LogicalResourceId")?;
            let status = text(event, "ResourceStatus")?;
            Some(format!("{resource} {status}: {reason}\n"))
        });
        events.collect()
    }

    async fn call(&self, action: &str, arguments: &[(String, String)]) -> String {
        let answer = self.server.query("cloudformation", action, arguments).await;
        answer.expect_success(action).body
    }
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// The text of the first element of this name that has nothing but text.
fn text(xml: &str, element: &str) -> Option<String> {
    texts(xml, element).into_iter().next()
}

/// The texts of all elements of this name.
fn texts(xml: &str, element: &str) -> Vec<String> {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let ends = xml.split(&open).skip(1);
    ends.filter_map(|rest| rest.split(&close).next())
        .map(|text| {
            text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{text, texts};

    #[test]
    fn texts_are_read_out_of_an_answer() {
        let xml = "<a><k>one</k><v>1 &lt; 2 &amp;&amp; 3</v><k>two</k></a>";
        assert_eq!(texts(xml, "k"), ["one", "two"]);
        assert_eq!(text(xml, "v").as_deref(), Some("1 < 2 && 3"));
        assert_eq!(text(xml, "missing"), None);
    }
}
