//! The function alert-fanout, with what it speaks to on AWS.

mod ledger;
