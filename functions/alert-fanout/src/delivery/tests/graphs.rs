//! The graph beside an alert.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use jiff::Timestamp;
use shared::{deadline::Deadline, env::Settings};

use super::{
    super::deliver,
    fixture::{
        DeliveryFixture, RecordedMode, RecordingKind, invocation, minutes, now, over, retryable,
        warning,
    },
};
use crate::channel::graph::GraphRenderer;
use crate::{Config, Context, channel::graph::Graph, notice::GraphSpec};

/// Draws, or does not, and counts.
#[derive(Debug)]
struct Painter {
    can: bool,
    asked: AtomicUsize,
}

#[async_trait]
impl GraphRenderer for Painter {
    async fn draw(
        &self,
        graph: &GraphSpec,
        _now: Timestamp,
        _deadline: Deadline,
    ) -> Result<Graph, String> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if !self.can {
            return Err("ThrottlingException".to_owned());
        }
        Ok(Graph {
            png: Vec::new(),
            alt: graph.title.clone(),
        })
    }
}

fn context(stage: &DeliveryFixture, painter: &Arc<Painter>, pairs: &[(&str, &str)]) -> Context {
    let config = Config::read(&mut Settings::from_pairs(pairs.iter().copied()));
    Context::new(
        Arc::clone(&stage.ledger),
        Arc::new(stage.plan.clone()),
        Some(Arc::clone(painter) as Arc<dyn GraphRenderer>),
        config,
    )
}

fn painter(can: bool) -> Arc<Painter> {
    Arc::new(Painter {
        can,
        asked: AtomicUsize::new(0),
    })
}

fn graph() -> GraphSpec {
    GraphSpec {
        region: "ap-northeast-2".to_owned(),
        metrics: serde_json::json!([]),
        threshold: None,
        title: "cpu.usage".to_owned(),
    }
}

#[tokio::test]
async fn a_graph_is_drawn_once_for_everybody_and_goes_with_new_messages() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Mail]).await;
    let painter = painter(true);
    let context = context(&stage, &painter, &[]);
    let mut first = warning("first", now());
    first.notice.graph = Some(graph());
    let mut end = over("over", now() + minutes(5));
    end.notice.graph = Some(graph());
    deliver(&[first], &context, &invocation(now())).await;
    assert_eq!(painter.asked.load(Ordering::SeqCst), 1);
    deliver(&[end], &context, &invocation(now())).await;
    let pictures: Vec<_> = stage
        .sent(0)
        .iter()
        .map(|sent| (sent.how, sent.graph))
        .collect();
    let expected = [
        (RecordedMode::Posted, true),
        (RecordedMode::Updated, false),
        (RecordedMode::Replied, true),
    ];
    assert_eq!(pictures, expected);
    assert!(stage.sent(1).iter().all(|sent| sent.graph));
}

#[tokio::test]
async fn an_alert_goes_without_its_graph_when_nobody_draws_it() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
    let painter = painter(false);
    let mut first = warning("first", now());
    first.notice.graph = Some(graph());
    let context = context(&stage, &painter, &[]);
    stage.fail(0, retryable());
    for _ in 0..2 {
        deliver(&[first.clone()], &context, &invocation(now())).await;
    }
    assert_eq!(painter.asked.load(Ordering::SeqCst), 1);
    assert_eq!(stage.sent(0).len(), 1);
}

#[tokio::test]
async fn nothing_is_drawn_for_those_who_do_not_want_graphs() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
    let painter = painter(true);
    let off = [(shared::env::names::ALERT_GRAPHS, "false")];
    let context = context(&stage, &painter, &off);
    let mut first = warning("first", now());
    first.notice.graph = Some(graph());
    deliver(&[first], &context, &invocation(now())).await;
    assert_eq!(painter.asked.load(Ordering::SeqCst), 0);
    assert!(!stage.sent(0)[0].graph);
}
