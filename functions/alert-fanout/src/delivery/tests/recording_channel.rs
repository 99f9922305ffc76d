//! Channels that record what they are sent, and what kills the process.

use std::{
    collections::VecDeque,
    future::{Future, pending},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use shared::{
    deadline::Deadline,
    model::alert::{AlertStatus, AlertType},
};
use tokio::sync::Notify;

use crate::{
    channel::{Channel, Dispatch, Receipt, SendError, SendMode},
    episode::MessageRef,
    notice::{Phrase, Remark},
};

/// Kills the process at its n-th call to anything outside, before or after the call.
#[derive(Debug, Default)]
pub(super) struct Killer {
    calls: AtomicUsize,
    /// At which call; 0 is never.
    at: usize,
    is_after: bool,
    pub(super) dead: Notify,
}

impl Killer {
    pub(super) fn at(at: usize, is_after: bool) -> Self {
        Self {
            at,
            is_after,
            ..Self::default()
        }
    }

    pub(super) async fn around<T>(&self, call: impl Future<Output = T>) -> T {
        let is_now = self.calls.fetch_add(1, Ordering::SeqCst) + 1 == self.at;
        if is_now && !self.is_after {
            self.die().await;
        }
        let answer = call.await;
        if is_now {
            self.die().await;
        }
        answer
    }

    async fn die(&self) {
        self.dead.notify_one();
        pending::<()>().await;
    }
}

/// What a channel was sent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RecordedSend {
    pub(super) how: RecordedMode,
    /// The title of the notice.
    pub(super) title: String,
    pub(super) count: u64,
    pub(super) is_over: bool,
    pub(super) kind: AlertType,
    pub(super) instead_of: Option<String>,
    pub(super) graph: bool,
    pub(super) remark: Option<Remark>,
    /// The titles of the incidents that it lists, and whether they are over.
    pub(super) incidents: Vec<(String, bool)>,
    /// The message that it is, changes or replies to.
    pub(super) message_ref: Option<MessageRef>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecordedMode {
    Posted,
    Updated,
    Replied,
}

impl RecordedSend {
    pub(super) fn sends_new_message(&self) -> bool {
        self.how != RecordedMode::Updated
    }
}

/// What messages a channel can find again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecordingKind {
    Slack,
    Mail,
    Plain,
}

/// What a channel can do but send.
#[derive(Debug)]
enum InjectedFailure {
    Fail(SendError),
    Panic,
    Hang,
}

/// A channel that records.
#[derive(Debug)]
pub(super) struct RecordingChannel {
    pub(super) kind: RecordingKind,
    pub(super) sent: Mutex<Vec<RecordedSend>>,
    /// How the next messages fail.
    failures: Mutex<VecDeque<Option<InjectedFailure>>>,
    pub(super) killer: Mutex<Arc<Killer>>,
}

impl RecordingChannel {
    pub(super) fn new(kind: RecordingKind) -> Self {
        Self {
            kind,
            sent: Mutex::default(),
            failures: Mutex::default(),
            killer: Mutex::default(),
        }
    }

    fn message_ref(&self) -> Option<MessageRef> {
        let number = self.sent.lock().expect("sent").len();
        match self.kind {
            RecordingKind::Slack => Some(MessageRef::Slack {
                channel: "C1".to_owned(),
                ts: format!("{number}.0"),
            }),
            RecordingKind::Mail => Some(MessageRef::Mail {
                message_id: format!("<{number}@bongsu>"),
            }),
            RecordingKind::Plain => None,
        }
    }

    /// Fails after this many messages that are sent.
    pub(super) fn fail_after(&self, messages: usize, failure: SendError) {
        let mut failures = self.failures.lock().expect("failures");
        failures.extend((0..messages).map(|_| None));
        failures.push_back(Some(InjectedFailure::Fail(failure)));
    }

    pub(super) fn panic_once(&self) {
        let mut failures = self.failures.lock().expect("failures");
        failures.push_back(Some(InjectedFailure::Panic));
    }

    pub(super) fn hang_once(&self) {
        let mut failures = self.failures.lock().expect("failures");
        failures.push_back(Some(InjectedFailure::Hang));
    }

    async fn record(&self, dispatch: &Dispatch<'_>) -> Result<Receipt, SendError> {
        let trouble = self.failures.lock().expect("failures").pop_front();
        match trouble.flatten() {
            Some(InjectedFailure::Fail(failure)) => return Err(failure),
            Some(InjectedFailure::Panic) => panic!("as the test wants it"),
            Some(InjectedFailure::Hang) => pending().await,
            None => {}
        }
        let notice = dispatch.content.notice;
        let title = title(&notice.title);
        let incidents = dispatch.content.incidents.iter();
        let incidents = incidents
            .map(|it| (self::title(&it.title), it.resolved.is_some()))
            .collect();
        let (how, message_ref) = match dispatch.mode {
            SendMode::Post => (RecordedMode::Posted, self.message_ref()),
            SendMode::Update(message_ref) => (RecordedMode::Updated, Some(message_ref.clone())),
            SendMode::Reply(message_ref) => (RecordedMode::Replied, Some(message_ref.clone())),
        };
        let episode = dispatch.content.episode;
        self.sent.lock().expect("sent").push(RecordedSend {
            how,
            title,
            count: episode.count,
            is_over: episode.resolved.is_some() || notice.status == Some(AlertStatus::Resolved),
            kind: notice.kind,
            instead_of: dispatch.content.instead_of.map(str::to_owned),
            graph: dispatch.graph.is_some(),
            remark: dispatch.content.remark.cloned(),
            incidents,
            message_ref: message_ref.clone(),
        });
        Ok(Receipt { message_ref })
    }
}

fn title(title: &Phrase) -> String {
    match title {
        Phrase::Text(title) => title.clone(),
        other => format!("{other:?}"),
    }
}

#[async_trait]
impl Channel for RecordingChannel {
    fn can_update(&self) -> bool {
        self.kind == RecordingKind::Slack
    }

    async fn send(
        &self,
        dispatch: &Dispatch<'_>,
        _deadline: Deadline,
    ) -> Result<Receipt, SendError> {
        let killer = Arc::clone(&self.killer.lock().expect("killer"));
        killer.around(self.record(dispatch)).await
    }
}
