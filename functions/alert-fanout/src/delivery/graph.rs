//! The graphs of a run: each is rendered once, for the first message that shows it. A failure never delays
//! or prevents the message.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use shared::deadline::Deadline;
use tokio::{sync::OnceCell, time::timeout};

use super::run::DeliveryRun;
use crate::{channel::graph::Graph, notice::Notice};

/// How long an alert waits for its graph.
const BUDGET: Duration = Duration::from_secs(5);

/// A rendered graph, or none.
type Cell = Arc<OnceCell<Arc<Option<Graph>>>>;

/// The graphs of a run, by their descriptions.
#[derive(Debug, Default)]
pub(super) struct Graphs(Mutex<BTreeMap<String, Cell>>);

impl Graphs {
    /// The graph of a notice, if it has one and it can be rendered.
    pub(super) async fn of(
        &self,
        notice: &Notice,
        run: &DeliveryRun<'_>,
    ) -> Option<Arc<Option<Graph>>> {
        let (spec, renderer) = (notice.graph.as_ref()?, run.context.graphs.as_deref()?);
        let cell = {
            let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry(format!("{spec:?}")).or_default())
        };
        // A graph must not take the time that sending needs.
        let time = (run.work.remaining() / 3).min(BUDGET);
        let graph = cell.get_or_init(async || {
            let rendering = renderer.draw(spec, run.now(), Deadline::after(time));
            let drawn = timeout(time, rendering).await;
            match drawn.unwrap_or_else(|_| Err("it was not drawn in time".to_owned())) {
                Ok(graph) => Arc::new(Some(graph)),
                Err(reason) => {
                    tracing::warn!("an alert is sent without its graph: {reason}");
                    Arc::new(None)
                }
            }
        });
        Some(Arc::clone(graph.await))
    }
}
