//! What every invocation uses.

use std::sync::Arc;

use jiff::Timestamp;
use shared::ledger::Ledger;

use crate::{
    Config,
    channel::graph::GraphRenderer,
    notice::Notice,
    routing::{Destinations, Router},
};

/// What every invocation uses.
#[derive(Debug)]
pub struct Context {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) plan: Arc<dyn Router>,
    pub(super) graphs: Option<Arc<dyn GraphRenderer>>,
    pub(super) config: Config,
}

impl Context {
    /// The context of a ledger that is ready. Without a renderer, alerts have no graphs.
    #[must_use]
    pub fn new(
        ledger: Arc<dyn Ledger>,
        plan: Arc<dyn Router>,
        graphs: Option<Arc<dyn GraphRenderer>>,
        config: Config,
    ) -> Self {
        Self {
            ledger,
            plan,
            graphs: graphs.filter(|_| config.graphs),
            config,
        }
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Where a notice goes at a time.
    #[must_use]
    pub fn destinations(&self, notice: &Notice, now: Timestamp) -> Destinations {
        self.plan.destinations(notice, now)
    }
}
