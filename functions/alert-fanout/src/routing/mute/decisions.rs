//! What the team decided about incidents: acknowledgements, and silences that were set with a button or
//! from a terminal. One document of the ledger, at most 256 KiB.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use shared::hex;

use super::{MuteHolder, silences::Silence};
use crate::{
    language::Language,
    notice::{HandledBy, Handling, Notice, SettingFault},
};

/// The most silences.
const MOST_SILENCES: usize = 100;
/// The most acknowledgements; the oldest ones are dropped first.
const MOST_ACKNOWLEDGEMENTS: usize = 300;
/// The longest text of a decision that is kept, in characters.
const LONGEST_TEXT: usize = 100;
/// The longest name of a person that is kept, in characters.
const LONGEST_NAME: usize = 40;
/// The most incidents of one silence: those of a list.
pub const MOST_INCIDENTS: usize = 40;
/// How long an acknowledgement is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// All decisions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TeamDecisions {
    /// The silences.
    pub silences: Vec<TeamSilence>,
    /// The acknowledgements by the id of the incident.
    pub acknowledgements: BTreeMap<String, TeamAcknowledgement>,
}

/// A silence of the team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamSilence {
    /// Its id, to remove it.
    pub id: String,
    /// The ids of the incidents that it mutes. Without any, `conditions` say which alerts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incidents: Vec<String>,
    /// The title of the message about them, to recognise it in a list.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The conditions, as in `ALERT_SILENCES`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub conditions: Map<String, Value>,
    /// When it ends.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// Who set it.
    pub by: String,
}

/// An acknowledgement of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamAcknowledgement {
    /// Who acknowledged it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Why a silence is refused.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSilence {
    /// The conditions are wrong.
    #[error("the silence {0}")]
    Wrong(String),
    /// It is over before it begins.
    #[error("the silence ends in the past")]
    Past,
    /// There are too many.
    #[error("there are {MOST_SILENCES} silences; remove some")]
    TooMany,
}

impl TeamDecisions {
    /// Adds a silence and returns its id. One of the same alerts is replaced.
    ///
    /// # Errors
    ///
    /// If it is invalid.
    pub fn silence(
        &mut self,
        mut silence: TeamSilence,
        now: Timestamp,
    ) -> Result<String, InvalidSilence> {
        silence.check()?;
        if silence.until <= now {
            return Err(InvalidSilence::Past);
        }
        self.prune(now);
        self.silences.retain(|other| {
            (&other.incidents, &other.conditions) != (&silence.incidents, &silence.conditions)
        });
        if self.silences.len() >= MOST_SILENCES {
            return Err(InvalidSilence::TooMany);
        }
        silence.incidents.truncate(MOST_INCIDENTS);
        silence.by = cut(&silence.by, LONGEST_NAME);
        for text in [&mut silence.title, &mut silence.reason] {
            *text = cut(text, LONGEST_TEXT);
        }
        let what = format!("{:?} {:?} {now}", silence.incidents, silence.conditions);
        silence.id = hex::text(Sha256::digest(what).iter().take(4));
        let id = silence.id.clone();
        self.silences.push(silence);
        Ok(id)
    }

    /// Removes a silence; `None` if there is none with this id.
    pub fn remove(&mut self, id: &str, now: Timestamp) -> Option<TeamSilence> {
        self.prune(now);
        let position = self.silences.iter().position(|silence| silence.id == id)?;
        Some(self.silences.remove(position))
    }

    /// Acknowledges an incident. The first one counts.
    pub fn acknowledge(&mut self, incident: &str, by: &str, now: Timestamp) {
        self.prune(now);
        let by = cut(by, LONGEST_NAME);
        self.acknowledgements
            .entry(incident.to_owned())
            .or_insert(TeamAcknowledgement { by, at: now });
    }

    /// The silence that mutes a notice now.
    #[must_use]
    pub fn silence_of(&self, notice: &Notice, now: Timestamp) -> Option<&TeamSilence> {
        let incident = notice.incident_id();
        let mut on = self.silences.iter().filter(|silence| now < silence.until);
        on.find(|silence| {
            if !silence.incidents.is_empty() {
                return silence.incidents.contains(&incident);
            }
            let silence = silence.parsed().ok();
            silence.is_some_and(|silence| silence.holds(notice, now))
        })
    }

    /// The acknowledgement of an incident that began at `since`. One of an earlier incident with the same
    /// key does not count.
    #[must_use]
    pub fn acknowledgement(
        &self,
        incident: &str,
        since: Timestamp,
    ) -> Option<&TeamAcknowledgement> {
        let found = self.acknowledgements.get(incident);
        found.filter(|acknowledgement| acknowledgement.at >= since)
    }

    /// What the team did about the incident of a notice.
    #[must_use]
    pub fn handling(&self, notice: &Notice, now: Timestamp) -> Handling {
        self.handled(&notice.incident_id(), self.silence_of(notice, now))
    }

    /// What the team did about an incident itself, by its id.
    #[must_use]
    pub fn handling_of(&self, incident: &str, now: Timestamp) -> Handling {
        let names_it = |silence: &&TeamSilence| {
            now < silence.until && silence.incidents.iter().any(|it| it == incident)
        };
        self.handled(incident, self.silences.iter().find(names_it))
    }

    fn handled(&self, incident: &str, silence: Option<&TeamSilence>) -> Handling {
        let acknowledged = self.acknowledgements.get(incident);
        Handling {
            acknowledged: acknowledged.map(|it| HandledBy {
                person: it.by.clone(),
                at: it.at,
            }),
            silenced: silence.map(|it| HandledBy {
                person: it.by.clone(),
                at: it.until,
            }),
            has_buttons: false,
        }
    }

    /// When the last decision loses its effect.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        let silences = self.silences.iter().map(|silence| silence.until);
        let acknowledgements = self.acknowledgements.values();
        let acknowledgements = acknowledgements.filter_map(|it| it.at.checked_add(KEPT).ok());
        silences.chain(acknowledgements).max()
    }

    /// Drops what has no effect any more.
    fn prune(&mut self, now: Timestamp) {
        self.silences.retain(|silence| now < silence.until);
        self.acknowledgements
            .retain(|_, it| now.duration_since(it.at) < KEPT);
        while self.acknowledgements.len() >= MOST_ACKNOWLEDGEMENTS {
            let oldest = self.acknowledgements.iter().min_by_key(|(_, it)| it.at);
            let Some(oldest) = oldest.map(|(incident, _)| incident.clone()) else {
                return;
            };
            self.acknowledgements.remove(&oldest);
        }
    }
}

impl TeamSilence {
    fn check(&self) -> Result<(), InvalidSilence> {
        if self.reason.trim().is_empty() {
            return Err(InvalidSilence::Wrong("has no reason".to_owned()));
        }
        if !self.incidents.is_empty() {
            return Ok(());
        }
        let silence = self.parsed().map_err(InvalidSilence::Wrong)?;
        match silence.faults().first() {
            Some(fault) => Err(InvalidSilence::Wrong(fault.in_language(Language::English))),
            None => Ok(()),
        }
    }

    /// This silence, for people.
    pub(crate) fn holder(&self) -> MuteHolder {
        let Self { id, by, reason, .. } = self;
        MuteHolder {
            name: format!("silence {id} by {by}: {reason}"),
            until: Some(self.until),
        }
    }

    fn parsed(&self) -> Result<Silence, String> {
        let mut setting = self.conditions.clone();
        setting.insert("until".to_owned(), Value::from(self.until.to_string()));
        setting.insert("reason".to_owned(), Value::from(self.reason.clone()));
        serde_json::from_value(Value::Object(setting))
            .map_err(|error| SettingFault::parsed(&error).in_language(Language::English))
            .map_err(|fault| format!("is invalid: {fault}"))
    }
}

/// The beginning of a text, without control characters.
fn cut(text: &str, most: usize) -> String {
    let visible = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter });
    visible.take(most).collect()
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use serde_json::json;
    use shared::model::alert::AlertType;

    use super::{TeamDecisions, TeamSilence};
    use crate::notice::{Notice, Phrase};

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn now() -> Timestamp {
        "2026-11-24T00:30:00Z".parse().expect("a time")
    }

    fn notice(key: &str) -> Notice {
        let mut notice = Notice::new("cloudwatch", Phrase::Text("CPU".to_owned()));
        notice.kind = AlertType::Critical;
        notice.dedup_key = Some(key.to_owned());
        notice
    }

    fn silence(incident: Option<&Notice>, conditions: &serde_json::Value) -> TeamSilence {
        TeamSilence {
            id: String::new(),
            incidents: incident.map(Notice::incident_id).into_iter().collect(),
            title: "CPU".to_owned(),
            conditions: conditions.as_object().cloned().unwrap_or_default(),
            until: now() + HOUR,
            reason: "load test".to_owned(),
            by: "jin".to_owned(),
        }
    }

    #[test]
    fn a_silence_of_an_incident_mutes_it_alone_even_if_it_is_critical() {
        let mut decisions = TeamDecisions::default();
        let one = silence(Some(&notice("a")), &json!({}));
        let id = decisions.silence(one, now()).expect("valid");
        assert!(decisions.silence_of(&notice("a"), now()).is_some());
        assert!(decisions.silence_of(&notice("b"), now()).is_none());
        assert!(decisions.silence_of(&notice("a"), now() + HOUR).is_none());
        assert!(decisions.remove("x", now()).is_none());
        assert!(decisions.remove(&id, now()).is_some());
        assert!(decisions.silence_of(&notice("a"), now()).is_none());
    }

    #[test]
    fn a_silence_by_conditions_works_like_one_of_the_settings() {
        let mut decisions = TeamDecisions::default();
        let all = silence(None, &json!({"title": "*"}));
        decisions.silence(all, now()).expect("valid");
        assert!(
            decisions.silence_of(&notice("a"), now()).is_none(),
            "critical"
        );
        let critical = silence(None, &json!({"types": ["critical"], "source": "cloud*"}));
        decisions.silence(critical, now()).expect("valid");
        assert!(decisions.silence_of(&notice("a"), now()).is_some());
        for (conditions, words) in [
            (json!({}), "names no alerts"),
            (json!({"titel": "x"}), "does not exist"),
            (json!({"types": []}), "is empty"),
        ] {
            let error = decisions.silence(silence(None, &conditions), now());
            let error = error.expect_err("invalid").to_string();
            assert!(error.contains(words), "{error}");
        }
        let mut past = silence(Some(&notice("a")), &json!({}));
        past.until = now();
        decisions.silence(past, now()).expect_err("over");
    }

    #[test]
    fn an_acknowledgement_counts_for_its_own_incident() {
        let mut decisions = TeamDecisions::default();
        let id = notice("a").incident_id();
        decisions.acknowledge(&id, "jin", now());
        decisions.acknowledge(&id, "kim", now() + HOUR);
        let found = decisions.acknowledgement(&id, now() - HOUR);
        assert_eq!(found.expect("acknowledged").by, "jin");
        assert!(decisions.acknowledgement(&id, now() + HOUR).is_none());
    }

    #[test]
    fn the_document_is_bounded_and_comes_back_equal() {
        let mut decisions = TeamDecisions::default();
        for number in 0..1_000 {
            let notice = notice(&number.to_string());
            decisions.acknowledge(&notice.incident_id(), &"이".repeat(1_000), now());
            let mut one = silence(Some(&notice), &json!({}));
            one.reason = "이".repeat(1_000);
            one.by = "이".repeat(1_000);
            one.title = "이".repeat(1_000);
            one.incidents = vec![notice.incident_id(); 1_000];
            one.incidents[0] = number.to_string();
            let _ = decisions.silence(one, now());
        }
        let body = serde_json::to_value(&decisions).expect("JSON");
        assert!(body.to_string().len() < shared::ledger::LONGEST_BODY);
        let back: TeamDecisions = serde_json::from_value(body).expect("read");
        assert_eq!(back, decisions);
        assert_eq!(decisions.silences.len(), 100);
    }
}
