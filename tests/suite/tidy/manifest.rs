//! As much of a `Cargo.toml` as the rules need: what a crate depends on. `cargo metadata` would
//! know more, and would need cargo where the tests run.

/// A crate's manifest, or the workspace's.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    pub(super) dependencies: Vec<Dependency>,
    /// What `default` holds in `[features]`.
    pub(super) default_features: Option<String>,
}

/// A dependency.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// What is said about it.
    pub(super) spec: String,
}

/// Which builds a dependency is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Normal,
    Dev,
    Build,
    /// `[workspace.dependencies]`: part of none by itself.
    Workspace,
}

impl Kind {
    /// Whether it ends up in the crate's binary.
    pub(super) fn is_linked(self) -> bool {
        self == Self::Normal
    }

    /// The kind of a section and, for `[dependencies.NAME]`, the name in it.
    fn of_section(section: &str) -> Option<(Self, Option<&str>)> {
        // `[target.'cfg(…)'.dependencies]` says the same for some machines.
        let section = match section.strip_prefix("target.") {
            Some(of_target) => of_target
                .rsplit_once("'.")
                .map_or(of_target, |(_, rest)| rest),
            None => section,
        };
        let kinds = [
            ("workspace.dependencies", Self::Workspace),
            ("dev-dependencies", Self::Dev),
            ("build-dependencies", Self::Build),
            ("dependencies", Self::Normal),
        ];
        kinds.into_iter().find_map(|(title, kind)| {
            let rest = section.strip_prefix(title)?;
            if rest.is_empty() {
                Some((kind, None))
            } else {
                Some((kind, Some(rest.strip_prefix('.')?)))
            }
        })
    }
}

impl Manifest {
    pub(super) fn read(text: &str) -> Self {
        let mut manifest = Self::default();
        let mut section = "";
        for line in text.lines().map(str::trim) {
            if let Some(title) = line
                .strip_prefix('[')
                .and_then(|line| line.strip_suffix(']'))
            {
                section = title;
                continue;
            }
            let Some((key, value)) = line.split_once('=') else {
                continue;
            };
            // `name.workspace = true` is `name = { workspace = true }`.
            let (name, inner) = key.trim().split_once('.').unwrap_or((key.trim(), ""));
            let name = name.trim_matches('"');
            match Kind::of_section(section) {
                Some((kind, None)) => manifest.dependencies.push(Dependency {
                    name: name.to_owned(),
                    kind,
                    spec: format!("{inner} = {value}"),
                }),
                Some((kind, Some(table))) => manifest.add(table, kind, line),
                None if section == "features" && name == "default" => {
                    manifest.default_features = Some(value.to_owned());
                }
                None => {}
            }
        }
        manifest
    }

    /// Adds a line of the table `[dependencies.NAME]`.
    fn add(&mut self, name: &str, kind: Kind, line: &str) {
        let known = self
            .dependencies
            .iter_mut()
            .find(|dependency| dependency.name == name && dependency.kind == kind);
        match known {
            Some(dependency) => {
                dependency.spec.push('\n');
                dependency.spec.push_str(line);
            }
            None => self.dependencies.push(Dependency {
                name: name.to_owned(),
                kind,
                spec: line.to_owned(),
            }),
        }
    }
}

#[test]
fn every_way_to_write_a_dependency_is_read() {
    let manifest = Manifest::read(
        "[package]\nname = \"x\"\n[dependencies]\na.workspace = true\n\
         b = { path = \"b\", optional = true }\n[dev-dependencies.c]\nworkspace = true\n\
         features = [\"f\"]\n[target.'cfg(target_os = \"linux\")'.dependencies]\nd = \"1\"\n\
         [features]\ndefault = [\"dep:b\"]\n",
    );
    let read: Vec<_> = manifest
        .dependencies
        .iter()
        .map(|dependency| (dependency.name.as_str(), dependency.kind))
        .collect();
    let expected = [
        ("a", Kind::Normal),
        ("b", Kind::Normal),
        ("c", Kind::Dev),
        ("d", Kind::Normal),
    ];
    assert_eq!(read, expected);
    assert!(manifest.dependencies[1].spec.contains("optional = true"));
    assert_eq!(
        manifest.dependencies[2].spec,
        "workspace = true\nfeatures = [\"f\"]"
    );
    assert_eq!(manifest.default_features.as_deref(), Some(" [\"dep:b\"]"));
}
