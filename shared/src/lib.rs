//! What Bongsu's functions share, and nothing else: the words that two of them speak (`model`), the
//! seams that two of them use (`log_store`), and process plumbing (settings, logging, the runtime).
//!
//! A function imports this crate; this crate imports no function.

pub mod alerts;
#[cfg(feature = "aws")]
pub mod aws;
pub mod custom_resource;
pub mod deadline;
pub mod emf;
pub mod env;
pub mod format;
pub mod hex;
pub mod html;
pub mod invocation;
pub mod json_text;
pub mod ledger;
pub mod log_store;
pub mod logging;
pub mod model;
pub mod printable;
pub mod private_url;
pub mod redact;
pub mod retry;
#[cfg(feature = "aws")]
pub mod runtime;
pub mod secret;
#[cfg(feature = "aws")]
pub mod settings_secret;
pub mod similar;
pub mod trigger;
