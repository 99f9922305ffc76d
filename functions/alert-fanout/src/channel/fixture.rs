//! A notice for the tests of the channels.

use jiff::tz::TimeZone;
use shared::model::alert::{AlertStatus, AlertType};

use super::{Dispatch, Manner};
use crate::{
    channel::graph::Graph,
    episode::Episode,
    language::Language,
    notice::{Notice, Phrase},
    render::{Style, Telling},
};

/// A notice that is told.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) notice: Notice,
    pub(super) picture: Option<Graph>,
    pub(super) topics: Vec<String>,
    episode: Episode,
}

impl Told {
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
            picture: None,
            topics: Vec::new(),
            episode: Episode::once(now),
        }
    }

    pub(super) fn with_picture(mut self) -> Self {
        self.picture = Some(Graph {
            png: b"\x89PNG\r\n\x1a\n.".to_vec(),
            alt: "CPU 사용률".to_owned(),
        });
        self
    }

    pub(super) fn dispatch<'a>(&'a self, manner: Manner<'a>) -> Dispatch<'a> {
        Dispatch {
            telling: Telling {
                notice: &self.notice,
                episode: &self.episode,
                instead_of: None,
            },
            manner,
            picture: self.picture.as_ref(),
            topics: &self.topics,
        }
    }
}

pub(super) fn style() -> Style {
    Style {
        language: Language::English,
        zone: TimeZone::UTC,
    }
}
