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
use shared::{deadline::Deadline, model::alert::AlertStatus};
use tokio::sync::Notify;

use crate::{
    channel::{Channel, Dispatch, Manner, Receipt, SendError},
    episode::MessageRef,
    notice::Phrase,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) how: How,
    /// The title of the notice.
    pub(super) title: String,
    pub(super) count: u64,
    pub(super) is_over: bool,
    pub(super) instead_of: Option<String>,
    pub(super) picture: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Posted,
    Updated,
    Replied,
}

impl Sent {
    pub(super) fn is_anew(&self) -> bool {
        self.how != How::Updated
    }
}

/// What messages a channel can find again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Slack,
    Mail,
    Plain,
}

/// What a channel can do but send.
#[derive(Debug)]
enum Trouble {
    Fail(SendError),
    Panic,
    Hang,
}

/// A channel that records.
#[derive(Debug)]
pub(super) struct Recorder {
    pub(super) kind: Kind,
    pub(super) sent: Mutex<Vec<Sent>>,
    /// How the next messages fail.
    failures: Mutex<VecDeque<Option<Trouble>>>,
    pub(super) killer: Mutex<Arc<Killer>>,
}

impl Recorder {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            sent: Mutex::default(),
            failures: Mutex::default(),
            killer: Mutex::default(),
        }
    }

    fn place(&self) -> Option<MessageRef> {
        let number = self.sent.lock().expect("sent").len();
        match self.kind {
            Kind::Slack => Some(MessageRef::Slack {
                channel: "C1".to_owned(),
                ts: format!("{number}.0"),
            }),
            Kind::Mail => Some(MessageRef::Mail {
                message_id: format!("<{number}@bongsu>"),
            }),
            Kind::Plain => None,
        }
    }

    /// Fails after this many messages that are sent.
    pub(super) fn fail_after(&self, messages: usize, failure: SendError) {
        let mut failures = self.failures.lock().expect("failures");
        failures.extend((0..messages).map(|_| None));
        failures.push_back(Some(Trouble::Fail(failure)));
    }

    pub(super) fn panic_once(&self) {
        let mut failures = self.failures.lock().expect("failures");
        failures.push_back(Some(Trouble::Panic));
    }

    pub(super) fn hang_once(&self) {
        let mut failures = self.failures.lock().expect("failures");
        failures.push_back(Some(Trouble::Hang));
    }

    async fn record(&self, dispatch: &Dispatch<'_>) -> Result<Receipt, SendError> {
        let trouble = self.failures.lock().expect("failures").pop_front();
        match trouble.flatten() {
            Some(Trouble::Fail(failure)) => return Err(failure),
            Some(Trouble::Panic) => panic!("as the test wants it"),
            Some(Trouble::Hang) => pending().await,
            None => {}
        }
        let notice = dispatch.telling.notice;
        let Phrase::Text(title) = &notice.title else {
            panic!("another title: {notice:?}");
        };
        let (how, place) = match dispatch.manner {
            Manner::Post => (How::Posted, self.place()),
            Manner::Update(place) => (How::Updated, Some(place.clone())),
            Manner::Reply(place) => (How::Replied, Some(place.clone())),
        };
        let episode = dispatch.telling.episode;
        self.sent.lock().expect("sent").push(Sent {
            how,
            title: title.clone(),
            count: episode.count,
            is_over: episode.resolved.is_some() || notice.status == Some(AlertStatus::Resolved),
            instead_of: dispatch.telling.instead_of.map(str::to_owned),
            picture: dispatch.picture.is_some(),
        });
        Ok(Receipt { place })
    }
}

#[async_trait]
impl Channel for Recorder {
    fn can_update(&self) -> bool {
        self.kind == Kind::Slack
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
