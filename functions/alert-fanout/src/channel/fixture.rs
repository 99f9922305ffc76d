//! A notice for the tests of the channels.

use jiff::tz::TimeZone;
use shared::model::alert::{AlertStatus, AlertType};

use super::{Dispatch, SendMode};
use crate::{
    channel::graph::Graph,
    episode::Episode,
    language::Language,
    notice::{Notice, Phrase},
    render::{Content, Locale},
};

/// A dispatch for tests.
#[derive(Clone, Debug)]
pub(super) struct DispatchFixture {
    pub(super) notice: Notice,
    pub(super) graph: Option<Graph>,
    pub(super) topics: Vec<String>,
    episode: Episode,
}

impl DispatchFixture {
    pub(super) fn new(title: &str) -> Self {
        let now = "2026-11-24T00:33:20Z".parse().expect("a time");
        let notice = Notice {
            kind: AlertType::Error,
            status: Some(AlertStatus::Firing),
            message: "결제가 실패합니다.\n다시 시도 중".to_owned(),
            service: Some("gm-tool".to_owned()),
            occurred_at: Some(now),
            ..Notice::new("bongsu", Phrase::Text(title.to_owned()))
        };
        Self {
            notice,
            graph: None,
            topics: Vec::new(),
            episode: Episode::once(now),
        }
    }

    pub(super) fn with_picture(mut self) -> Self {
        self.graph = Some(Graph {
            png: b"\x89PNG\r\n\x1a\n.".to_vec(),
            alt: "CPU 사용률".to_owned(),
        });
        self
    }

    pub(super) fn dispatch<'a>(&'a self, mode: SendMode<'a>) -> Dispatch<'a> {
        Dispatch {
            content: Content::new(&self.notice, &self.episode),
            mode,
            graph: self.graph.as_ref(),
            topics: &self.topics,
        }
    }
}

pub(super) fn style() -> Locale {
    Locale {
        language: Language::English,
        zone: TimeZone::UTC,
    }
}
