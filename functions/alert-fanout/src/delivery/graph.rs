//! The graph of a notice: rendered once, for the first message that shows it. A failure never delays or
//! prevents the message.

use std::time::Duration;

use shared::deadline::Deadline;
use tokio::{sync::OnceCell, time::timeout};

use super::run::DeliveryRun;
use crate::{channel::graph::Graph, notice::Notice};

/// How long an alert waits for its graph.
const BUDGET: Duration = Duration::from_secs(5);

/// The picture of one notice.
#[derive(Debug, Default)]
pub(super) struct NoticeGraph(OnceCell<Option<Graph>>);

impl NoticeGraph {
    /// The picture, if the notice has a graph and somebody draws it.
    pub(super) async fn of(&self, notice: &Notice, run: &DeliveryRun<'_>) -> Option<&Graph> {
        let (graph, draw) = (notice.graph.as_ref()?, run.context.graphs.as_deref()?);
        // A picture must not take the time that sending needs.
        let time = (run.work.remaining() / 3).min(BUDGET);
        let graph = self.0.get_or_init(async || {
            let rendering = draw.draw(graph, run.now, Deadline::after(time));
            let rendered = timeout(time, rendering).await;
            match rendered.unwrap_or_else(|_| Err("it was not drawn in time".to_owned())) {
                Ok(graph) => Some(graph),
                Err(reason) => {
                    tracing::warn!("an alert is sent without its graph: {reason}");
                    None
                }
            }
        });
        graph.await.as_ref()
    }
}
