//! Texts from outside, made harmless for where they go. Each of the modules is the only one that
//! knows what is dangerous there.

pub(super) mod html;
pub(super) mod markdown;
pub(super) mod plain;
pub(super) mod slack;
