//! TLS and users of the servers that tests start, as a team would set them up.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    authority::{NODE, PrivateAuthority},
    java::run,
    maven::fetch,
    say,
    server::{PASSWORD_HASH, Product},
};

/// The name of OpenSearch's plugin.
const PLUGIN: &str = "opensearch-security";

/// Returns a copy of an OpenSearch with the security plugin.
pub(crate) fn with_plugin(archive: &Path, cache: &Path, java: &Path) -> Result<PathBuf> {
    let version = Product::Opensearch.version();
    let home = cache.join(format!("opensearch-{version}-{PLUGIN}"));
    if home.is_dir() {
        return Ok(home);
    }
    say(format_args!(
        "downloading {PLUGIN} {version}.0 from Maven Central"
    ));
    let partial = TempDir::new_in(cache)?;
    let copy = partial.path().join("server");
    run(Command::new("cp").arg("-rL").arg(archive).arg(&copy))?;
    let plugin = copy.join("plugins").join(PLUGIN);
    fs::create_dir_all(&plugin)?;
    let artifact = format!("org.opensearch.plugin:{PLUGIN}:{version}.0:zip");
    fetch(&artifact, &plugin, java)?;
    fs::rename(copy, &home)?;
    Ok(home)
}

/// Adds TLS, and the users of OpenSearch, to the configuration of a server. Returns the fingerprint of the
/// authority.
pub(crate) fn configure(product: Product, config: &Path, archive: &Path) -> Result<String> {
    let authority = PrivateAuthority::new("bongsu tests");
    let (certificate, key) = authority.certificate(&["localhost", "127.0.0.1"]);
    // Servers present their authority too.
    let chain = format!("{certificate}{}", authority.pem);
    for (name, pem) in [
        ("node.crt", &chain),
        ("node.key", &key),
        ("ca.crt", &authority.pem),
    ] {
        fs::write(config.join(name), pem)?;
    }
    let settings = match product {
        Product::Elasticsearch => "xpack.security.http.ssl.enabled: true\n\
             xpack.security.http.ssl.certificate: node.crt\n\
             xpack.security.http.ssl.key: node.key\n"
            .to_owned(),
        Product::Opensearch => {
            write_users(config, archive)?;
            let files = ["transport", "http"].map(|layer| {
                let prefix = format!("plugins.security.ssl.{layer}");
                format!(
                    "{prefix}.pemcert_filepath: node.crt\n{prefix}.pemkey_filepath: node.key\n\
                     {prefix}.pemtrustedcas_filepath: ca.crt\n"
                )
            });
            format!(
                "{}plugins.security.ssl.http.enabled: true\n\
                 plugins.security.ssl.transport.enforce_hostname_verification: false\n\
                 plugins.security.allow_default_init_securityindex: true\n\
                 plugins.security.nodes_dn: [\"CN={NODE}\"]\n\
                 plugins.security.restapi.roles_enabled: [all_access]\n",
                files.concat()
            )
        }
    };
    let file = config.join(format!("{}.yml", product.id()));
    let mut file = OpenOptions::new().append(true).open(file)?;
    file.write_all(settings.as_bytes())?;
    Ok(authority.fingerprint)
}

/// The plugin's own configuration, with one user.
fn write_users(config: &Path, archive: &Path) -> Result<()> {
    let own = archive.join("plugins").join(PLUGIN).join("config");
    let copy = config.join(PLUGIN);
    run(Command::new("cp").arg("-r").arg(own).arg(&copy))?;
    let (user, _) = Product::Opensearch.secure_login();
    let users = json!({
        "_meta": { "type": "internalusers", "config_version": 2 },
        user: { "hash": PASSWORD_HASH, "backend_roles": ["admin"] }
    });
    // YAML is a superset of JSON.
    fs::write(copy.join("internal_users.yml"), users.to_string())
        .context("the plugin has no configuration")
}
