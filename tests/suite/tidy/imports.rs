//! The imports between the modules of a crate. A path counts for the
//! module that defines what it names: re-exports are followed. Left out are test code, a `pub use`,
//! which hands a name on without needing it, and what a module takes from the modules around it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    code::{code, tokens, without_tests},
    tree::SourceFile,
};

/// What one module takes from another.
pub(super) struct Import {
    /// The paths of both modules, below the crate's root.
    pub(super) from: Vec<String>,
    pub(super) to: Vec<String>,
    /// Their files and the names.
    pub(super) shown: String,
}

/// A file as a module.
#[derive(Default)]
struct Module {
    /// The path of the file.
    file: String,
    /// The modules that it declares.
    children: BTreeSet<String>,
    /// The names of its items.
    items: BTreeSet<String>,
    /// Imported names with the whole path of each.
    uses: BTreeMap<String, Vec<String>>,
    /// The paths of modules whose names it all imports.
    globs: Vec<Vec<String>>,
    /// Every path that its code names.
    paths: Vec<Vec<String>>,
}

/// The modules of a crate by their paths; the root has the empty path.
struct Crate(BTreeMap<Vec<String>, Module>);

/// The imports between the modules of the crate with this root file.
pub(super) fn imports(root: &str, files: &[SourceFile]) -> Vec<Import> {
    let texts: BTreeMap<&str, &str> = files
        .iter()
        .map(|file| (file.path.as_str(), file.text.as_str()))
        .collect();
    let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut modules = BTreeMap::new();
    let mut waiting = vec![(Vec::new(), root.to_owned())];
    while let Some((path, file)) = waiting.pop() {
        let Some(text) = texts.get(file.as_str()) else {
            continue;
        };
        let module = Module::read(&file, text);
        for child in &module.children {
            let path: Vec<String> = path.iter().chain([child]).cloned().collect();
            let stem = format!("{folder}/{}", path.join("/"));
            let files = [format!("{stem}.rs"), format!("{stem}/mod.rs")];
            let file = files
                .into_iter()
                .find(|file| texts.contains_key(file.as_str()));
            waiting.extend(file.map(|file| (path, file)));
        }
        modules.insert(path, module);
    }
    Crate(modules).imports()
}

impl Module {
    fn read(file: &str, text: &str) -> Self {
        let mut module = Self {
            file: file.to_owned(),
            ..Self::default()
        };
        let code = code(text);
        let tokens = without_tests(&tokens(&code));
        let mut at = 0;
        while at < tokens.len() {
            let next = tokens.get(at + 1).copied().unwrap_or_default();
            match tokens[at] {
                "use" => {
                    let end = tokens[at..].iter().position(|token| *token == ";");
                    let end = at + end.unwrap_or(tokens.len() - at - 1);
                    let is_public = at > 0 && ["pub", ")"].contains(&tokens[at - 1]);
                    module.read_use(&tokens[at + 1..end], is_public);
                    at = end;
                }
                "mod" if tokens.get(at + 2) == Some(&";") => {
                    module.children.insert(next.to_owned());
                }
                "struct" | "enum" | "trait" | "fn" | "const" | "static" | "type" | "union" => {
                    module.items.insert(next.to_owned());
                }
                word if is_word(word) && next == "::" => {
                    at += module.read_path(&tokens[at..], at > 0 && tokens[at - 1] == "$");
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        module
    }

    /// Reads the tree of one `use`.
    fn read_use(&mut self, tree: &[&str], is_public: bool) {
        let mut prefixes: Vec<Vec<&str>> = Vec::new();
        let mut path: Vec<&str> = Vec::new();
        let mut alias = None;
        let mut tokens = tree.iter().copied().chain([","]).peekable();
        while let Some(token) = tokens.next() {
            match token {
                "::" => {}
                "{" => {
                    prefixes.push(path.clone());
                }
                "as" => alias = tokens.next(),
                "," | "}" => {
                    let prefix = prefixes.last().cloned().unwrap_or_default();
                    if path.len() > prefix.len() {
                        self.add_use(&path, alias.take(), is_public);
                    }
                    if token == "}" {
                        prefixes.pop();
                    }
                    path = prefix;
                    if token == "}" {
                        path = prefixes.last().cloned().unwrap_or_default();
                    }
                }
                word => path.push(word),
            }
        }
    }

    fn add_use(&mut self, path: &[&str], alias: Option<&str>, is_public: bool) {
        // `{self}` names what comes before it; a path `self::…` begins with it.
        let path = match path {
            [module @ .., "self"] if !module.is_empty() => module,
            path => path,
        };
        let path: Vec<String> = path.iter().map(|&part| part.to_owned()).collect();
        let Some(last) = path.last().cloned() else {
            return;
        };
        if !is_public {
            self.paths.push(path.clone());
        }
        if last == "*" {
            self.globs.push(path[..path.len() - 1].to_vec());
        } else {
            self.uses.insert(alias.map_or(last, str::to_owned), path);
        }
    }

    /// Reads a path in code; the answer is how many tokens it has.
    fn read_path(&mut self, tokens: &[&str], is_of_macro: bool) -> usize {
        let mut path = Vec::new();
        let mut at = 0;
        while tokens.get(at).is_some_and(|token| is_word(token)) {
            path.push(tokens[at].to_owned());
            at += 1;
            if tokens.get(at) != Some(&"::") {
                break;
            }
            at += 1;
        }
        if !is_of_macro {
            self.paths.push(path);
        }
        at
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
}

impl Crate {
    fn imports(&self) -> Vec<Import> {
        let mut imports = Vec::new();
        for (path, module) in &self.0 {
            let mut names: BTreeMap<&[String], BTreeSet<String>> = BTreeMap::new();
            for named in &module.paths {
                let mut seen = BTreeSet::new();
                if let Some((source, name)) = self.definition(path, named, &mut seen)
                    && !path.starts_with(source)
                {
                    names.entry(source).or_default().insert(name);
                }
            }
            imports.extend(names.into_iter().map(|(source, names)| {
                let names: Vec<String> = names.into_iter().collect();
                let (from, to) = (&module.file, &self.0[source].file);
                Import {
                    from: path.clone(),
                    to: source.to_vec(),
                    shown: format!("{from} -> {to}: {}", names.join(", ")),
                }
            }));
        }
        imports
    }

    /// The module that defines what a path means in another, and the name; `None` if another crate
    /// does.
    fn definition<'a>(
        &'a self,
        module: &[String],
        path: &[String],
        seen: &mut BTreeSet<(Vec<String>, String)>,
    ) -> Option<(&'a [String], String)> {
        let (key, here) = self.0.get_key_value(module)?;
        let Some((first, rest)) = path.split_first() else {
            return Some((key, "self".to_owned()));
        };
        match first.as_str() {
            "crate" => return self.definition(&[], rest, seen),
            "self" => return self.definition(module, rest, seen),
            "super" => {
                let (_, parent) = module.split_last()?;
                return self.definition(parent, rest, seen);
            }
            "*" => return Some((key, "*".to_owned())),
            _ => {}
        }
        if here.children.contains(first) {
            let child: Vec<String> = module.iter().chain([first]).cloned().collect();
            return self.definition(&child, rest, seen);
        }
        if here.items.contains(first) {
            return Some((key, first.clone()));
        }
        if !seen.insert((module.to_owned(), first.clone())) {
            return None;
        }
        if let Some(used) = here.uses.get(first) {
            let path: Vec<String> = used.iter().chain(rest).cloned().collect();
            return self.definition(module, &path, seen);
        }
        here.globs.iter().find_map(|glob| {
            let path: Vec<String> = glob.iter().chain(path).cloned().collect();
            self.definition(module, &path, seen)
        })
    }
}

#[test]
fn a_name_counts_for_the_module_that_defines_it() {
    let files = [
        SourceFile::new(
            "x/src/lib.rs",
            "mod a; mod b; pub use b::Deep; #[cfg(test)] mod tests; #[cfg(test)] use a::A;",
        ),
        SourceFile::new(
            "x/src/a.rs",
            "use std::fmt; use crate::{Deep as D, b::{self, c::{E, F}}}; struct A; fn f() { b::g() }",
        ),
        SourceFile::new("x/src/b/mod.rs", "mod c; pub use self::c::*; fn g() {}"),
        SourceFile::new(
            "x/src/b/c.rs",
            "struct Deep; enum E { H } type F = super::super::a::A; use super::g;",
        ),
        SourceFile::new("x/src/tests.rs", "use crate::a::A;"),
    ];
    let imports = imports("x/src/lib.rs", &files);
    let shown: Vec<&str> = imports.iter().map(|import| import.shown.as_str()).collect();
    assert_eq!(
        shown,
        [
            "x/src/a.rs -> x/src/b/mod.rs: g, self",
            "x/src/a.rs -> x/src/b/c.rs: Deep, E, F",
            "x/src/b/c.rs -> x/src/a.rs: A",
        ]
    );
}
