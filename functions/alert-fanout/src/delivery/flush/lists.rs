//! The steps about lists of incidents.

use super::{Stop, TargetSender};
use crate::{
    channel::SendMode,
    delivery::{
        call::CallContent,
        keys,
        list::Lists,
        record::{IncidentRecord, NewsKind, OpenList, ShownMessage},
        sent::SentNews,
    },
};

impl TargetSender<'_, '_> {
    pub(super) async fn post_list(&mut self, keys: &[String]) -> Result<(), Stop> {
        let records: Vec<(String, IncidentRecord)> = keys
            .iter()
            .filter_map(|key| Some((key.clone(), self.record(key)?)))
            .collect();
        let Some((first, _)) = records.first() else {
            return Ok(());
        };
        let list_key = keys::list(&self.target.id, first, self.run.now());
        let mut list = Lists::begun(&self.target.id, &records);
        let content = CallContent::of_list(&list, &records);
        let Some(receipt) = self.call_all(keys, &content, SendMode::Post).await? else {
            return Ok(());
        };
        list.message_ref.clone_from(&receipt.message_ref);
        let can_find = self.can_update && receipt.message_ref.is_some();
        if can_find {
            self.lists.save(self.run, &list_key, list.clone()).await;
        }
        self.lane.lane.open_list = Some(OpenList {
            key: list_key.clone(),
            since: self.run.now(),
            length: list.lines.len(),
        });
        self.sent_message();
        let shown = ShownMessage {
            at: self.run.now(),
            message_ref: receipt.message_ref,
            list: can_find.then_some(list_key),
            title: Some(content.title().clone()),
        };
        self.listed(&records, &shown).await;
        Ok(())
    }

    /// Records that a list shows incidents.
    async fn listed(&mut self, records: &[(String, IncidentRecord)], shown: &ShownMessage) {
        for (key, record) in records {
            let is_new = record
                .news
                .as_ref()
                .is_none_or(|news| news.kind == NewsKind::New);
            // What has a message of its own keeps it.
            let keeps = record.shown.clone().filter(|_| !is_new);
            let shown = keeps.map_or_else(
                || shown.clone(),
                |keeps| ShownMessage {
                    at: shown.at,
                    ..keeps
                },
            );
            let sent = SentNews {
                shown: Some(shown),
                is_news: true,
                ..SentNews::nothing(record)
            };
            self.save(key, &sent).await;
            self.settle(key, record, true);
        }
    }

    pub(super) async fn update_list(
        &mut self,
        list_key: &str,
        keys: &[String],
    ) -> Result<(), Stop> {
        let Some(mut list) = self.lists.read(self.run, list_key).await else {
            return self.forget_list(keys).await;
        };
        let Some(message_ref) = list.message_ref.clone() else {
            return self.forget_list(keys).await;
        };
        let records: Vec<(String, IncidentRecord)> = keys
            .iter()
            .filter_map(|key| Some((key.clone(), self.record(key)?)))
            .collect();
        let before = list.lines.len();
        Lists::put_lines(&mut list, &records);
        let content = CallContent::of_list(&list, &records);
        let mode = SendMode::Update(&message_ref);
        let Some(receipt) = self.call_all(keys, &content, mode).await? else {
            return Ok(());
        };
        if receipt.message_ref.is_some() {
            list.message_ref.clone_from(&receipt.message_ref);
        }
        let is_over = list.lines.iter().all(|it| it.incident.resolved.is_some());
        let ends = is_over && !list.is_over;
        if ends {
            let message_ref = list.message_ref.clone();
            let mode = message_ref.as_ref().map_or(SendMode::Post, SendMode::Reply);
            if self.call_all(keys, &content, mode).await?.is_none() {
                return Ok(());
            }
            self.sent_message();
        }
        list.is_over = is_over;
        if let Some(open) = &mut self.lane.lane.open_list
            && open.key == list_key
        {
            open.length = list.lines.len();
        }
        let is_longer = list.lines.len() > before;
        let shown = ShownMessage {
            at: self.run.now(),
            message_ref: list.message_ref.clone(),
            list: Some(list_key.to_owned()),
            title: Some(content.title().clone()),
        };
        self.lists.save(self.run, list_key, list).await;
        for (key, record) in &records {
            let kind = record.due_news(self.run.now()).map(|news| news.kind);
            let is_new_here = is_longer && !is_in(record, list_key);
            if is_new_here {
                self.listed(std::slice::from_ref(&(key.clone(), record.clone())), &shown)
                    .await;
                continue;
            }
            let is_end = matches!(kind, Some(NewsKind::Resolved | NewsKind::Settled));
            let sent = SentNews {
                is_news: is_end,
                ..SentNews::nothing(record)
            };
            // A reply follows for other news.
            if is_end || kind.is_none() {
                self.save(key, &sent).await;
                self.settle(key, record, is_end);
            }
        }
        Ok(())
    }

    /// The list is gone: its incidents have messages of their own from now on.
    async fn forget_list(&mut self, keys: &[String]) -> Result<(), Stop> {
        self.lane.lane.open_list = None;
        for key in keys {
            if let Some(slot) = self.slots.get_mut(key) {
                let (run, can_update) = (self.run, self.can_update);
                slot.save(run, can_update, |record| {
                    let mut record = record?;
                    record.is_stale = false;
                    if let Some(shown) = &mut record.shown {
                        shown.list = None;
                        shown.message_ref = None;
                    }
                    Some(record)
                })
                .await;
            }
        }
        Ok(())
    }

    pub(super) async fn reply_to_list(
        &mut self,
        list_key: &str,
        keys: &[String],
    ) -> Result<(), Stop> {
        let Some(list) = self.lists.read(self.run, list_key).await else {
            return Ok(());
        };
        let records: Vec<(String, IncidentRecord)> = keys
            .iter()
            .filter_map(|key| Some((key.clone(), self.record(key)?)))
            .collect();
        let part = Lists::begun(&self.target.id, &records);
        let content = CallContent::of_list(&part, &records);
        let mode = list
            .message_ref
            .as_ref()
            .map_or(SendMode::Post, SendMode::Reply);
        if self.call_all(keys, &content, mode).await?.is_some() {
            self.sent_message();
            for (key, record) in records.iter().filter(|(_, record)| is_in(record, list_key)) {
                let shown = record.shown.clone().map(|shown| ShownMessage {
                    at: self.run.now(),
                    ..shown
                });
                let sent = SentNews {
                    shown,
                    is_news: true,
                    ..SentNews::nothing(record)
                };
                self.save(key, &sent).await;
                self.settle(key, record, true);
            }
        }
        Ok(())
    }
}

/// Whether a list shows an incident.
fn is_in(record: &IncidentRecord, list: &str) -> bool {
    let shown = record.shown.as_ref();
    shown.and_then(|shown| shown.list.as_deref()) == Some(list)
}
