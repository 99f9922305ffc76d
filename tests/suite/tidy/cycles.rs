//! No import cycles: data flows one way. At each level of a crate's modules, these import each other
//! in one direction only.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    imports::{Import, imports},
    tree::files,
};

/// A cycle that may be there: its crate, its modules and the reason.
type Exception = (&'static str, &'static [&'static str], &'static str);

/// A cycle has only modules of one exception; an exception that excuses no cycle must go.
const EXCEPTIONS: &[Exception] = &[];

/// An import between two modules of one parent, by their names.
type Edge<'a> = (&'a str, &'a str, &'a Import);

/// Modules of one parent that import each other, directly or not, by their paths.
#[derive(Debug, PartialEq, Eq)]
struct Cycle {
    modules: BTreeSet<String>,
    /// The imports that tie them, a line each.
    imports: String,
}

/// The cycles among the modules of each parent. What lies in a module counts for it, so that a crate
/// without cycles has none among its files either.
fn cycles(imports: &[Import]) -> Vec<Cycle> {
    // By parent: which of its modules imports which.
    let mut levels: BTreeMap<&[String], Vec<Edge<'_>>> = BTreeMap::new();
    for import in imports {
        let pairs = import.from.iter().zip(&import.to);
        let depth = pairs.take_while(|(from, to)| from == to).count();
        if let (Some(from), Some(to)) = (import.from.get(depth), import.to.get(depth)) {
            let level = levels.entry(&import.from[..depth]).or_default();
            level.push((from, to, import));
        }
    }
    levels
        .iter()
        .flat_map(|(parent, level)| cycles_of(parent, level))
        .collect()
}

/// The modules that a module imports, directly or not.
fn reached_from<'a>(start: &'a str, level: &[Edge<'a>]) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![start];
    while let Some(module) = waiting.pop() {
        let next = level.iter().filter(|(from, ..)| *from == module);
        waiting.extend(next.map(|(_, to, _)| *to).filter(|to| found.insert(*to)));
    }
    found
}

fn cycles_of(parent: &[String], level: &[Edge<'_>]) -> Vec<Cycle> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = level
        .iter()
        .map(|(from, ..)| (*from, reached_from(from, level)))
        .collect();
    let is_reached =
        |from: &str, to: &str| reached.get(from).is_some_and(|found| found.contains(to));
    let in_cycles = reached.keys().filter(|module| is_reached(module, module));
    let cycles: BTreeSet<BTreeSet<&str>> = in_cycles
        .map(|module| {
            let others = reached[module].iter().copied();
            others.filter(|other| is_reached(other, module)).collect()
        })
        .collect();
    let cycle = |cycle: BTreeSet<&str>| {
        let tied = level
            .iter()
            .filter(|(from, to, _)| cycle.contains(from) && cycle.contains(to));
        let path = |module: &str| [parent, &[module.to_owned()]].concat().join("::");
        let imports: Vec<String> = tied
            .map(|(.., import)| format!("  {}", import.shown))
            .collect();
        Cycle {
            imports: imports.join("\n"),
            modules: cycle.into_iter().map(path).collect(),
        }
    };
    cycles.into_iter().map(cycle).collect()
}

/// Whether an exception excuses a cycle of its crate.
fn excuses(modules: &[&str], cycle: &Cycle) -> bool {
    let mut found = cycle.modules.iter();
    found.all(|module| modules.contains(&module.as_str()))
}

#[test]
fn no_modules_import_each_other() {
    let files = files();
    let roots = files
        .iter()
        .filter(|file| file.path.ends_with("src/lib.rs"));
    let mut wrong = Vec::new();
    for root in roots {
        let name = root.path.trim_end_matches("/src/lib.rs");
        let imports = imports(&root.path, &files);
        assert!(imports.len() > 5, "{name}: the imports are not read");
        let mut exceptions: Vec<_> = EXCEPTIONS.iter().filter(|(of, ..)| *of == name).collect();
        let cycles = cycles(&imports);
        for cycle in &cycles {
            if !exceptions
                .iter()
                .any(|(_, modules, _)| excuses(modules, cycle))
            {
                wrong.push(format!("{name}: {:?}\n{}", cycle.modules, cycle.imports));
            }
        }
        exceptions.retain(|(_, modules, _)| !cycles.iter().any(|cycle| excuses(modules, cycle)));
        wrong.extend(exceptions.iter().map(|(_, modules, _)| {
            format!("{name}: {modules:?} is no cycle any more; remove the exception")
        }));
    }
    assert!(wrong.is_empty(), "import cycles:\n{}", wrong.join("\n"));
}

#[test]
fn a_cycle_is_found_at_the_level_where_it_closes() {
    let import = |from: &str, to: &str| Import {
        from: from.split("::").map(str::to_owned).collect(),
        to: to.split("::").map(str::to_owned).collect(),
        shown: format!("{from} -> {to}"),
    };
    // The first three tie `a` and `b`; the last two lie deeper and one way.
    let imports = [
        import("a::x", "b"),
        import("b::y", "c"),
        import("c", "a::z"),
        import("a::x", "a::z"),
        import("a", "d"),
    ];
    let cycle = Cycle {
        modules: ["a", "b", "c"].map(str::to_owned).into(),
        imports: "  a::x -> b\n  b::y -> c\n  c -> a::z".to_owned(),
    };
    assert!(excuses(&["a", "b", "c", "d"], &cycle) && !excuses(&["a", "b"], &cycle));
    assert_eq!(cycles(&imports), [cycle]);
    let deep = cycles(&[import("a::x", "a::y"), import("a::y::z", "a::x")]);
    assert_eq!(deep[0].modules, ["a::x", "a::y"].map(str::to_owned).into());
    assert!(cycles(&imports[1..]).is_empty());
}
