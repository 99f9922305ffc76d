//! Deploys stacks to ministack as `sam deploy` does: uploads the template to S3, creates a change set
//! and executes it.

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
    /// The number of change sets so far.
    changes: AtomicU32,
}

/// The time limit for a change. A stack consists of processes on this machine.
const PATIENCE: Duration = Duration::from_mins(3);

/// The permitted capabilities: roles, named roles and the SAM transform.
const CAPABILITIES: [&str; 3] = [
    "CAPABILITY_IAM",
    "CAPABILITY_NAMED_IAM",
    "CAPABILITY_AUTO_EXPAND",
];

/// Uploads a file to S3 and returns its bucket and key.
///
/// # Panics
///
/// If the upload fails.
pub async fn upload(server: &Ministack, key: &str, content: Vec<u8>) -> String {
    let place = format!(
        "<CreateBucketConfiguration><LocationConstraint>{REGION}</LocationConstraint>\
         </CreateBucketConfiguration>"
    );
    let made = server.rest("s3", "PUT", BUCKET, place).await;
    // 409: the bucket exists already.
    assert!(made.status < 300 || made.status == 409, "{made:?}");
    let path = format!("{BUCKET}/{key}");
    let answer = server.rest("s3", "PUT", &path, content).await;
    assert!(answer.status < 300, "{answer:?}");
    path
}

impl Stack {
    /// Returns the stack with this name, which need not exist yet.
    #[must_use]
    pub fn named(server: &'static Ministack, name: &str) -> Self {
        Self {
            server,
            name: name.to_owned(),
            changes: AtomicU32::new(0),
        }
    }

    /// Creates or updates the stack and waits for the end.
    ///
    /// # Panics
    ///
    /// If the deployment fails.
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

    /// Deletes the stack and waits for the end.
    ///
    /// # Panics
    ///
    /// If the deletion fails.
    pub async fn delete(&self) {
        self.call("DeleteStack", &[pair("StackName", &self.name)])
            .await;
        let what = format!("the deletion of {}", self.name);
        eventually(&what, PATIENCE, async || {
            let status = self.status().await;
            let status = status.as_deref().unwrap_or("DELETE_COMPLETE");
            self.stop_unless(!status.ends_with("FAILED"), status).await;
            (status == "DELETE_COMPLETE").then_some(())
        })
        .await;
    }

    /// Returns the outputs of the stack.
    ///
    /// # Panics
    ///
    /// If the stack does not exist.
    pub async fn outputs(&self) -> BTreeMap<String, String> {
        let arguments = [pair("StackName", &self.name)];
        let answer = self.call("DescribeStacks", &arguments).await;
        let keys = texts(&answer, "OutputKey");
        keys.into_iter()
            .zip(texts(&answer, "OutputValue"))
            .collect()
    }

    /// Returns the physical id of each resource, by its logical id.
    ///
    /// # Panics
    ///
    /// If the stack does not exist.
    pub async fn resources(&self) -> BTreeMap<String, String> {
        let arguments = [pair("StackName", &self.name)];
        let answer = self.call("DescribeStackResources", &arguments).await;
        let names = texts(&answer, "LogicalResourceId");
        let ids = texts(&answer, "PhysicalResourceId");
        assert_eq!(names.len(), ids.len(), "{answer}");
        names.into_iter().zip(ids).collect()
    }

    /// Returns the status, or `None` if there is no such stack.
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

    /// Panics with CloudFormation's reasons unless all is well.
    async fn stop_unless(&self, all_is_well: bool, status: &str) {
        if !all_is_well {
            let failures = self.failures().await;
            panic!("{} is {status}\n{failures}", self.name);
        }
    }

    /// Returns the reasons of failure, as CloudFormation gives them.
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

/// The text of the first element with this name that contains only text.
fn text(xml: &str, element: &str) -> Option<String> {
    texts(xml, element).into_iter().next()
}

/// The texts of all elements with this name.
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
    fn element_texts_are_read_from_xml() {
        let xml = "<a><k>one</k><v>1 &lt; 2 &amp;&amp; 3</v><k>two</k></a>";
        assert_eq!(texts(xml, "k"), ["one", "two"]);
        assert_eq!(text(xml, "v").as_deref(), Some("1 < 2 && 3"));
        assert_eq!(text(xml, "missing"), None);
    }
}
