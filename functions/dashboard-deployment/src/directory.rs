//! Dashboards as files `NAME.json` in a directory, for one machine.

use std::{
    io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use shared::deadline::Deadline;

use crate::{
    finding::Finding,
    target::{DashboardTarget, TargetError},
    validate,
};

/// A directory of dashboards.
#[derive(Clone, Debug)]
pub struct Directory(PathBuf);

impl Directory {
    /// The dashboards in a directory, which the first `put` creates.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// The file of a dashboard. A name that CloudWatch accepts cannot leave the directory.
    fn file(&self, name: &str) -> Result<PathBuf, TargetError> {
        let findings = validate::name(name);
        if findings.is_empty() {
            Ok(self.0.join(format!("{name}.json")))
        } else {
            Err(TargetError::Refused(findings))
        }
    }
}

/// `None` if there is no such file.
fn if_there<T>(result: io::Result<T>) -> Result<Option<T>, TargetError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unavailable(error)),
    }
}

fn unavailable(error: io::Error) -> TargetError {
    TargetError::Unavailable(Box::new(error))
}

#[async_trait]
impl DashboardTarget for Directory {
    async fn get(&self, name: &str, _: Deadline) -> Result<Option<String>, TargetError> {
        if_there(std::fs::read_to_string(self.file(name)?))
    }

    async fn put(&self, name: &str, body: &str, _: Deadline) -> Result<Vec<Finding>, TargetError> {
        let file = self.file(name)?;
        let findings = validate::text(body);
        if validate::refuses(&findings) {
            return Err(TargetError::Refused(findings));
        }
        std::fs::create_dir_all(&self.0).map_err(unavailable)?;
        std::fs::write(file, body).map_err(unavailable)?;
        Ok(Vec::new())
    }

    async fn delete(&self, name: &str, _: Deadline) -> Result<bool, TargetError> {
        Ok(if_there(std::fs::remove_file(self.file(name)?))?.is_some())
    }

    fn location(&self, name: &str) -> String {
        self.0.join(format!("{name}.json")).display().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::Directory;

    #[tokio::test]
    async fn a_directory_meets_the_contract() {
        let directory = tempfile::tempdir().expect("a directory");
        let target = Directory::new(&directory.path().join("boards"));
        crate::suite::run(&target, "test").await;
        crate::suite::run_refusals(&target).await;
    }
}
