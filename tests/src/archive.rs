//! Starts servers from the archives that Elasticsearch and OpenSearch publish on Maven Central for
//! integration tests: the server core with few modules, without a Java.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use serde_json::json;
use shared::secret::Secret;
use tempfile::TempDir;

use crate::{
    java::{self, run},
    maven::fetch,
    process::{self, Process},
    roles::DocumentedRole,
    say, security,
    server::{HEALTH, PASSWORD, PASSWORD_HASH, Product, Server},
};

/// A user with read permission only.
const READER: &str = "reader";

/// Both servers refuse to run as root. 65534 is the user `nobody`.
const DROP_ROOT: [&str; 4] = [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
];

impl Product {
    /// The name in paths, files and artifacts.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Elasticsearch => "elasticsearch",
            Self::Opensearch => "opensearch",
        }
    }

    fn artifact(self) -> String {
        let id = self.id();
        let version = self.version();
        format!("org.{id}.distribution.integ-test-zip:{id}:{version}:zip")
    }

    /// The prefix of its environment variables.
    fn variables(self) -> &'static str {
        match self {
            Self::Elasticsearch => "ES",
            Self::Opensearch => "OPENSEARCH",
        }
    }

    /// Its configuration. The limits are off because tests create many small indices, and may run on a
    /// nearly full disk.
    fn settings(self, directory: &Path, port: u16) -> String {
        let security = match self {
            Self::Elasticsearch => {
                "xpack.security.enabled: true\nxpack.security.autoconfiguration.enabled: false\n\
                 xpack.security.authc.reserved_realm.enabled: false\n"
            }
            Self::Opensearch => "",
        };
        format!(
            "path.data: {data}\npath.logs: {logs}\nnetwork.host: 127.0.0.1\nhttp.port: {port}\n\
             discovery.type: single-node\n\
             cluster.max_shards_per_node: 10000\n\
             cluster.routing.allocation.disk.threshold_enabled: false\n{security}",
            data = directory.join("data").display(),
            logs = directory.join("logs").display(),
        )
    }
}

/// Starts a product from its archive. `java_home` is the machine's `JAVA_HOME`. A secure server has TLS
/// with an authority of its own, and users.
pub(crate) fn start(product: Product, is_secure: bool, java_home: Option<&str>) -> Result<Server> {
    let cache = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/servers");
    fs::create_dir_all(&cache)?;
    let cache = cache.canonicalize()?;
    let (archive, java) = {
        // One test process unpacks; the others wait.
        let lock = File::create(cache.join("lock"))?;
        lock.lock().context("cannot lock target/servers")?;
        let java = java::find(java_home, &cache, product.least_java())?;
        let archive = unpacked(product, &cache, &java)?;
        let needs_plugin = is_secure && product == Product::Opensearch;
        let archive = if needs_plugin {
            security::with_plugin(&archive, &cache, &java)?
        } else {
            archive
        };
        (archive, java)
    };
    let directory = tempfile::Builder::new().prefix("bongsu-").tempdir()?;
    let run = ServerRun {
        product,
        directory: directory.path().to_owned(),
        as_root: is_root(directory.path())?,
    };
    let port = process::free_port()?;
    let archive = run.reachable(&archive, "server")?;
    let java = run.reachable(&java, "java")?;
    run.configure(&archive, port)?;
    let mut server = Server::new(format!("http://127.0.0.1:{port}"), product.login());
    if is_secure {
        server.fingerprint = Some(security::configure(product, &run.config(), &archive)?);
        server.url = format!("https://localhost:{port}");
        server.login = Some(product.secure_login());
    }
    if product == Product::Elasticsearch {
        server.reader = Some((READER.to_owned(), Secret::new(PASSWORD)));
    }
    run.give_to_server()?;
    let process = Process::start(product.name(), directory, &run.command(&archive, &java))?;
    process.wait_until_ready(&server.url, HEALTH, server.login.as_ref())?;
    server.run_by(process);
    Ok(server)
}

/// Returns the folder of the unpacked archive, and fetches it if necessary.
fn unpacked(product: Product, cache: &Path, java: &Path) -> Result<PathBuf> {
    let home = cache.join(format!("{}-{}", product.id(), product.version()));
    if home.is_dir() {
        return Ok(home);
    }
    let name = product.name();
    say(format_args!(
        "{name}: downloading from Maven Central; this takes about a minute"
    ));
    // Unpack into a temporary folder and rename it when it is complete.
    let partial = TempDir::new_in(cache)?;
    fetch(&product.artifact(), partial.path(), java)?;
    let folder = format!("{}-{}", product.id(), product.version());
    fs::rename(partial.path().join(folder), &home)
        .with_context(|| format!("the archive of {name} lacks this folder"))?;
    Ok(home)
}

/// Whether this process is root. The owner of a file that it created says so.
fn is_root(created: &Path) -> Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(fs::metadata(created)?.uid() == 0)
}

/// One run of a server.
struct ServerRun {
    product: Product,
    /// The folder that the server may write to.
    directory: PathBuf,
    as_root: bool,
}

impl ServerRun {
    /// Returns a folder that the server's user can read: this one, or a copy if only root can read it.
    fn reachable(&self, folder: &Path, name: &str) -> Result<PathBuf> {
        let readable = || {
            let (program, rest) = DROP_ROOT.split_first()?;
            let mut command = Command::new(program);
            command
                .args(rest)
                .args(["test", "-r"])
                .arg(folder.join("lib"));
            command
                .status()
                .ok()
                .filter(std::process::ExitStatus::success)
        };
        if !self.as_root || readable().is_some() {
            return Ok(folder.to_owned());
        }
        let copy = self.directory.join(name);
        run(Command::new("cp").arg("-rL").arg(folder).arg(&copy))?;
        Ok(copy)
    }

    fn config(&self) -> PathBuf {
        self.directory.join("config")
    }

    /// Writes the configuration.
    fn configure(&self, archive: &Path, port: u16) -> Result<()> {
        let id = self.product.id();
        let config = self.config();
        for folder in ["config/jvm.options.d", "data", "logs", "tmp"] {
            fs::create_dir_all(self.directory.join(folder))?;
        }
        let settings = self.product.settings(&self.directory, port);
        fs::write(config.join(format!("{id}.yml")), settings)?;
        // A small heap and a fast start. The server may write to the temporary folder, so it must not
        // contain the configuration.
        let mut options = format!(
            "-Xms512m\n-Xmx512m\n-XX:TieredStopAtLevel=1\n-Djava.io.tmpdir={}\n",
            self.directory.join("tmp").display()
        );
        // OpenSearch 3 does not start without its agent, which replaces the security manager.
        let agent = archive.join("agent/opensearch-agent.jar");
        if agent.is_file() {
            options.push_str("-javaagent:");
            options.push_str(&agent.display().to_string());
            options.push('\n');
        }
        fs::write(config.join("jvm.options"), options)?;
        fs::copy(
            archive.join("config/log4j2.properties"),
            config.join("log4j2.properties"),
        )?;
        if let Some((user, _)) = self.product.login() {
            let mut users = vec![(user, "superuser"), (READER.to_owned(), READER)];
            let reader = json!({ "indices": [{ "names": ["*"], "privileges": ["read"] }] });
            // YAML is a superset of JSON. The server expects each role to begin a line.
            let mut roles = vec![format!("{READER}: {reader}\n")];
            for role in DocumentedRole::ALL {
                let name = role.user();
                roles.push(format!("{name}: {}\n", role.json(self.product)));
                users.push((name.to_owned(), name));
            }
            fs::write(config.join("roles.yml"), roles.concat())?;
            let lines = |line: fn(&(String, &str)) -> String| users.iter().map(line).collect();
            let passwords: String = lines(|(user, _)| format!("{user}:{PASSWORD_HASH}\n"));
            fs::write(config.join("users"), passwords)?;
            let assigned: String = lines(|(user, role)| format!("{role}:{user}\n"));
            fs::write(config.join("users_roles"), assigned)?;
        }
        Ok(())
    }

    /// Makes the server's user the owner of the folder.
    fn give_to_server(&self) -> Result<()> {
        if self.as_root {
            run(Command::new("chown")
                .args(["-R", "65534:65534"])
                .arg(&self.directory))?;
        }
        Ok(())
    }

    /// The command that runs the server.
    fn command(&self, archive: &Path, java: &Path) -> Vec<String> {
        let variables = self.product.variables();
        let directory = self.directory.display();
        let mut command: Vec<String> = Vec::new();
        if self.as_root {
            command.extend(DROP_ROOT.map(str::to_owned));
        }
        command.extend([
            "env".to_owned(),
            format!("HOME={directory}"),
            format!("{variables}_JAVA_HOME={}", java.display()),
            format!("{variables}_PATH_CONF={directory}/config"),
            format!("{variables}_TMPDIR={directory}/tmp"),
        ]);
        let program = archive.join("bin").join(self.product.id());
        command.push(program.display().to_string());
        command
    }
}
