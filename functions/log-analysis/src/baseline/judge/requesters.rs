//! The share of one user, or of one client, in all requests.

use shared::model::{
    alert::AlertType,
    analysis::{
        baseline::{Expectation, NumberKey, Verdict, WatchedNumber},
        observed::Observation,
    },
};

use super::{Case, Judged};
use crate::baseline::share::{ShareEffect, ShareHits, UsualShare};

const ONE_REQUESTER: ShareEffect = ShareEffect {
    more: 0.2,
    hits: 8.0,
};

impl Case<'_> {
    pub(super) fn user_share(&self) -> Judged {
        let key = NumberKey::service(WatchedNumber::UserShare);
        let top = |observed: &Observation| Some(observed.top_user);
        self.requester_share(key, top, self.observed.users)
    }

    /// The share of one client address; `None` if the requests of the window name none.
    pub(super) fn client_share(&self) -> Option<Judged> {
        self.observed.top_client?;
        let key = NumberKey::service(WatchedNumber::ClientShare);
        let top = |observed: &Observation| observed.top_client;
        Some(self.requester_share(key, top, self.observed.clients))
    }

    fn requester_share(
        &self,
        key: NumberKey,
        top: fn(&Observation) -> Option<u64>,
        requesters: u64,
    ) -> Judged {
        const FEWEST: u64 = 10;
        let hits = |observed: &Observation| {
            let top = top(observed).filter(|_| observed.requests >= FEWEST)?;
            Some(ShareHits::new(top, observed.requests))
        };
        let pasts = self.history.of(&key);
        let mut samples: Vec<ShareHits> = pasts
            .iter()
            .filter_map(|past| hits(&past.observed))
            .collect();
        samples.sort_by(|a, b| a.share().total_cmp(&b.share()));
        let middle = samples.get(samples.len() / 2).map(|hits| hits.share());
        // The largest share is a maximum, so that windows differ by more than chance: the
        // second highest share is usual too.
        let high = samples.iter().rev().nth(1).map(|hits| hits.share());
        let now = hits(self.observed).unwrap_or_default();
        let (mut evidence, mut verdict) = (0.0, Verdict::Unknown);
        if let (Some(middle), Some(high), true) =
            (middle, high, samples.len() >= 6 && now.trials > 0.0)
        {
            let usual = UsualShare {
                share: middle,
                at_most: high.clamp(0.01, 0.99),
                dispersion: 2.0,
            };
            (evidence, verdict) = usual.judge(now, ONE_REQUESTER, self.limits);
            // With many requesters a share of a fifth is not much.
            if requesters < 2 || now.share() < high + 0.1 {
                verdict = verdict.min(Verdict::Elevated);
            }
        }
        Judged {
            severity: AlertType::Warning,
            is_new: false,
            expectation: Expectation {
                key,
                value: now.share(),
                expected: middle,
                lower: samples.first().map(|hits| hits.share()),
                upper: samples.last().map(|hits| hits.share()),
                evidence,
                verdict,
            },
        }
    }
}
