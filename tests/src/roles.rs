//! The roles that docs/log-store.md gives, so that servers are tested with these.

use std::fs;

use serde_json::Value;

use crate::server::Product;

/// A documented role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentedRole {
    /// For all functions and the setup.
    Everything,
    /// For log-ingest without the setup.
    Writer,
}

impl DocumentedRole {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Everything, Self::Writer];

    /// The user with this role, on servers whose users are in their configuration.
    #[must_use]
    pub fn user(self) -> &'static str {
        match self {
            Self::Everything => "bongsu",
            Self::Writer => "writer",
        }
    }

    /// The role as the product takes it.
    ///
    /// # Panics
    ///
    /// If the page has no such role.
    #[must_use]
    pub fn json(self, product: Product) -> Value {
        let before = match (self, product) {
            (Self::Everything, Product::Elasticsearch) => "`PUT _security/role/bongsu`".to_owned(),
            (Self::Everything, Product::Opensearch) => {
                "`PUT _plugins/_security/api/roles/bongsu`".to_owned()
            }
            (Self::Writer, _) => format!("without the setup, in {}:", product.name()),
        };
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/log-store.md");
        let page = fs::read_to_string(page).expect("the page");
        let (_, rest) = page.split_once(&before).expect("the role");
        let (_, rest) = rest.split_once("```json\n").expect("a block");
        let (block, _) = rest.split_once("```").expect("the end of the block");
        serde_json::from_str(block).expect("JSON")
    }
}
