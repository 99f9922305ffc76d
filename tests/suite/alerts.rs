//! The channels and the ledger of alert-fanout against those whom they speak to: a Slack and a mail
//! server that fail as a test says, and an emulator of AWS.

use std::time::Duration;

use alert_fanout::{
    channel::{Channel, Dispatch, Receipt, SendError, SendMode, graph::Graph},
    episode::{Episode, MessageRef},
    language::Language,
    notice::{Notice, Phrase},
    render::{Content, Locale},
};
use jiff::tz::TimeZone;
use shared::{
    deadline::Deadline,
    model::alert::{AlertStatus, AlertType},
};

use crate::documents::instant;

mod anything;
mod codes;
mod deployment;
mod graph;
mod handled;
mod ledger;
mod letter;
mod mail;
mod scenarios;
mod slack;
mod terminal;
mod topic;
mod webhook;
mod whole;

/// What happened, in two languages and with what must be escaped everywhere.
const TITLE: &str = "결제 실패 <!channel> & more";

/// A notice to send.
#[derive(Clone, Debug)]
struct AlertFixture {
    notice: Notice,
    episode: Episode,
    graph: Option<Graph>,
    topics: Vec<String>,
}

impl AlertFixture {
    fn new() -> Self {
        let now = instant("2026-11-24T00:33:20Z");
        let notice = Notice {
            kind: AlertType::Critical,
            status: Some(AlertStatus::Firing),
            message: "카드사가 응답하지 않습니다.\n.\nBcc: <x@example.com>".to_owned(),
            service: Some("gm-tool".to_owned()),
            occurred_at: Some(now),
            ..Notice::new("bongsu", Phrase::Text(TITLE.to_owned()))
        };
        Self {
            notice,
            episode: Episode::once(now),
            graph: None,
            topics: Vec::new(),
        }
    }

    fn with_picture() -> Self {
        let graph = Graph {
            png: graph::PNG.to_vec(),
            alt: "결제 실패율".to_owned(),
        };
        Self {
            graph: Some(graph),
            ..Self::new()
        }
    }

    async fn through(
        &self,
        channel: &dyn Channel,
        mode: SendMode<'_>,
    ) -> Result<Receipt, SendError> {
        self.within(channel, mode, Duration::from_secs(20)).await
    }

    async fn within(
        &self,
        channel: &dyn Channel,
        mode: SendMode<'_>,
        time: Duration,
    ) -> Result<Receipt, SendError> {
        let dispatch = Dispatch {
            content: Content::new(&self.notice, &self.episode),
            mode,
            graph: self.graph.as_ref(),
            topics: &self.topics,
        };
        channel.send(&dispatch, Deadline::after(time)).await
    }
}

fn style() -> Locale {
    Locale {
        language: Language::Korean,
        zone: TimeZone::get("Asia/Seoul").expect("a zone"),
    }
}

/// The place of a message that must have arrived.
fn message_ref(sent: Result<Receipt, SendError>) -> MessageRef {
    let receipt = sent.expect("sent");
    receipt.message_ref.expect("a place")
}
