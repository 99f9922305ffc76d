//! The steps about one incident.

use super::{Stop, TargetSender};
use crate::{
    channel::SendMode,
    delivery::{call::CallContent, record::ShownMessage, sent::SentNews},
};

impl TargetSender<'_, '_> {
    pub(super) async fn earlier(&mut self, key: &str) -> Result<(), Stop> {
        let Some(record) = self.record(key) else {
            return Ok(());
        };
        for earlier in record.earlier.iter().filter(|it| it.is_over) {
            let Some(message_ref) = &earlier.shown.message_ref else {
                continue;
            };
            if earlier.shown.list.is_some() {
                continue;
            }
            let content = CallContent::of_earlier(earlier, &record);
            let mode = SendMode::Update(message_ref);
            if self.call(key, &content, mode).await?.is_none() {
                return Ok(());
            }
        }
        let sent = SentNews {
            clears_earlier: true,
            ..SentNews::nothing(&record)
        };
        self.save(key, &sent).await;
        Ok(())
    }

    pub(super) async fn update(&mut self, key: &str, then_reply: bool) -> Result<(), Stop> {
        let Some(record) = self.record(key) else {
            return Ok(());
        };
        let Some(shown) = record.shown.clone() else {
            return Ok(());
        };
        let Some(message_ref) = &shown.message_ref else {
            return Ok(());
        };
        let content = CallContent::of_update(&record);
        let mode = SendMode::Update(message_ref);
        let Some(receipt) = self.call(key, &content, mode).await? else {
            return Ok(());
        };
        // The message was gone, and there is a new one in its place: that notifies people.
        let is_new = receipt
            .message_ref
            .as_ref()
            .is_some_and(|there| there != message_ref);
        let sent = SentNews {
            shown: is_new.then(|| ShownMessage {
                at: self.run.now(),
                message_ref: receipt.message_ref.clone(),
                ..shown
            }),
            is_news: is_new,
            ..SentNews::nothing(&record)
        };
        if is_new || !then_reply {
            self.save(key, &sent).await;
            self.settle(key, &record, is_new);
        }
        Ok(())
    }

    /// Sends a message about one incident.
    pub(super) async fn single(&mut self, key: &str, is_reply: bool) -> Result<(), Stop> {
        let Some(record) = self.record(key) else {
            return Ok(());
        };
        // An update sent it already, or failed.
        if record.due_news(self.run.now()).is_none() || self.has_failed(key) {
            return Ok(());
        }
        let shown = record.shown.as_ref().filter(|_| is_reply);
        let message_ref = shown.and_then(|shown| shown.message_ref.clone());
        let content = CallContent::of_news(&record);
        let mode = message_ref.as_ref().map_or(SendMode::Post, SendMode::Reply);
        let Some(receipt) = self.call(key, &content, mode).await? else {
            return Ok(());
        };
        let (title, list) = match shown {
            Some(shown) => (shown.title.clone(), shown.list.clone()),
            None => (None, None),
        };
        let sent = SentNews {
            shown: Some(ShownMessage {
                at: self.run.now(),
                message_ref: receipt.message_ref,
                list,
                title: title.or_else(|| Some(record.notice.title.clone())),
            }),
            is_news: true,
            ..SentNews::nothing(&record)
        };
        self.sent_message();
        self.save(key, &sent).await;
        self.settle(key, &record, true);
        Ok(())
    }
}
