//! Reads the dependencies from a `Cargo.toml`. `cargo metadata` knows more, but needs cargo where the
//! tests run.

/// A crate's manifest, or the workspace's.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    pub(super) dependencies: Vec<Dependency>,
    /// The value of `default` in `[features]`.
    pub(super) default_features: Option<String>,
}

/// A dependency.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) kind: DependencyKind,
    /// Its version, path and features as written.
    pub(super) spec: String,
}

/// The builds that use a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DependencyKind {
    Normal,
    Dev,
    Build,
    /// `[workspace.dependencies]`: used by no build by itself.
    Workspace,
}

impl DependencyKind {
    /// Whether the crate's binary links it.
    pub(super) fn is_linked(self) -> bool {
        self == Self::Normal
    }

    /// The kind of a section, and the name in `[dependencies.NAME]`.
    fn of_section(section: &str) -> Option<(Self, Option<&str>)> {
        // `[target.'cfg(…)'.dependencies]` is for some machines.
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
            match DependencyKind::of_section(section) {
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
    fn add(&mut self, name: &str, kind: DependencyKind, line: &str) {
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
fn a_dependency_is_read_in_every_notation() {
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
        ("a", DependencyKind::Normal),
        ("b", DependencyKind::Normal),
        ("c", DependencyKind::Dev),
        ("d", DependencyKind::Normal),
    ];
    assert_eq!(read, expected);
    assert!(manifest.dependencies[1].spec.contains("optional = true"));
    assert_eq!(
        manifest.dependencies[2].spec,
        "workspace = true\nfeatures = [\"f\"]"
    );
    assert_eq!(manifest.default_features.as_deref(), Some(" [\"dep:b\"]"));
}
