//! Graphs of metrics, sent with alerts. Channels show them; what renders them is behind a trait.

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;
use shared::deadline::Deadline;

use crate::notice::GraphSpec;

pub mod cloudwatch;

/// A rendered graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// PNG.
    pub png: Vec<u8>,
    /// What it shows, for those who do not see it.
    pub alt: String,
}

/// Draws graphs.
#[async_trait]
pub trait GraphRenderer: Send + Sync + Debug {
    /// Draws one as it is `now`.
    ///
    /// # Errors
    ///
    /// Why there is none, in words.
    async fn draw(
        &self,
        graph: &GraphSpec,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Graph, String>;
}
