//! The frames of stack traces, of eight languages. A frame is shown by its function, and by its file
//! where functions have no unique names; never with a line number, which changes with every release.

/// What marks the frames of libraries and runtimes.
struct Libraries {
    /// Starts of the names of functions.
    names: &'static [&'static str],
    /// Parts of the paths of files.
    paths: &'static [&'static str],
}

const JVM: Libraries = Libraries {
    names: &[
        "java.",
        "javax.",
        "jakarta.",
        "jdk.",
        "sun.",
        "com.sun.",
        "kotlin.",
        "kotlinx.",
        "scala.",
        "groovy.",
        "org.springframework.",
        "org.apache.",
        "org.hibernate.",
        "org.eclipse.",
        "org.jboss.",
        "org.postgresql.",
        "org.mariadb.",
        "org.mongodb.",
        "org.elasticsearch.",
        "org.junit.",
        "org.gradle.",
        "com.mysql.",
        "com.zaxxer.",
        "com.fasterxml.",
        "com.google.common.",
        "com.google.gson.",
        "com.amazonaws.",
        "com.mongodb.",
        "com.netflix.",
        "software.amazon.",
        "io.netty.",
        "io.grpc.",
        "io.lettuce.",
        "io.micrometer.",
        "io.undertow.",
        "io.vertx.",
        "io.quarkus.",
        "reactor.",
        "redis.clients.",
        "okhttp3.",
        "retrofit2.",
        "feign.",
        "ch.qos.",
        "net.sf.cglib.",
        "android.",
        "androidx.",
        "dalvik.",
    ],
    paths: &["Native Method", "<generated>"],
};
const DOT_NET: Libraries = Libraries {
    names: &[
        "System.",
        "Microsoft.",
        "Newtonsoft.",
        "Npgsql.",
        "MySql.",
        "lambda_method",
        "UnityEngine.",
    ],
    paths: &[],
};
const NODE: Libraries = Libraries {
    names: &[],
    paths: &[
        "node_modules/",
        "node:",
        "internal/",
        "native",
        "<anonymous>",
    ],
};
const PYTHON: Libraries = Libraries {
    names: &[],
    paths: &[
        "site-packages/",
        "dist-packages/",
        "/lib/python",
        "\\lib\\",
        "<frozen ",
        "<string>",
    ],
};
const GO: Libraries = Libraries {
    names: &[
        "runtime.",
        "panic(",
        "net/http.",
        "reflect.",
        "testing.",
        "sync.",
        "database/sql.",
    ],
    paths: &[
        "/usr/local/go/",
        "/go/src/runtime/",
        "/pkg/mod/",
        "/vendor/",
        "/libexec/src/",
    ],
};
const RUST: Libraries = Libraries {
    names: &[
        "std::",
        "core::",
        "alloc::",
        "rust_begin_unwind",
        "__rust",
        "_start",
        "__libc",
        "tokio::",
        "futures",
        "hyper::",
        "tower::",
        "axum::",
        "actix",
        "backtrace::",
        "main",
        "clone",
        "start_thread",
    ],
    paths: &[
        "/rustc/",
        ".cargo/registry",
        ".cargo/git",
        "/library/std/",
        "/library/core/",
    ],
};
const PHP: Libraries = Libraries {
    names: &["{main}"],
    paths: &["/vendor/", "[internal function]"],
};
const RUBY: Libraries = Libraries {
    names: &[],
    paths: &["/gems/", "/lib/ruby/", "<internal:", "(eval"],
};

impl Libraries {
    fn have(&self, name: &str, path: &str) -> bool {
        self.names.iter().any(|start| name.starts_with(start))
            || self.paths.iter().any(|part| path.contains(part))
    }
}

/// A line of a stack trace that is a frame.
enum StackFrame {
    Library,
    /// As it is shown.
    Application(String),
}

impl StackFrame {
    fn new(is_library: bool, shown: impl FnOnce() -> String) -> Self {
        if is_library {
            Self::Library
        } else {
            Self::Application(shown())
        }
    }
}

/// The first frame that belongs to no library, as it is shown: the innermost one of the
/// application's own.
pub(super) fn first_of_application<'a>(lines: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut previous = "";
    let mut innermost = None;
    for line in lines {
        let own = line.trim();
        if let Some(found) = python(own) {
            // Python writes the innermost frame last.
            if let StackFrame::Application(frame) = found {
                innermost = Some(frame);
            }
        } else if let Some(StackFrame::Application(frame)) = of_line(own, previous) {
            return Some(frame);
        }
        previous = own;
    }
    innermost
}

/// The frame that a line is, in any language but Python.
fn of_line(line: &str, previous: &str) -> Option<StackFrame> {
    if let Some(call) = line.strip_prefix("at ") {
        return rust(call, previous)
            .or_else(|| jvm(call))
            .or_else(|| dot_net(call))
            .or_else(|| node(call));
    }
    go(line, previous)
        .or_else(|| php(line))
        .or_else(|| ruby(line))
}

/// `com.shop.Pay.charge(Pay.java:12)`
fn jvm(call: &str) -> Option<StackFrame> {
    let (name, place) = call.split_once('(')?;
    let file = place.split([':', ')']).next()?;
    let is_jvm = [".java", ".kt", ".scala", ".groovy", ".clj"]
        .iter()
        .any(|end| file.ends_with(end))
        || matches!(
            file,
            "Native Method" | "Unknown Source" | "<generated>" | "SourceFile"
        );
    if !is_jvm {
        return None;
    }
    // `java.base/java.util.List.of`, `app//com.shop.Pay.charge`
    let name = name.rsplit('/').next().unwrap_or(name);
    Some(StackFrame::new(JVM.have(name, file), || {
        without_numbers(name)
    }))
}

/// `Shop.Pay.Charge(Int32 id) in C:\src\Pay.cs:line 12`
fn dot_net(call: &str) -> Option<StackFrame> {
    let (name, rest) = call.split_once('(')?;
    let (arguments, place) = rest.rsplit_once(')')?;
    let is_dot_net = place.contains(":line ")
        || (place.is_empty() && !arguments.contains([':', '/']) && name.contains('.'));
    if !is_dot_net || name.contains(' ') {
        return None;
    }
    Some(StackFrame::new(DOT_NET.have(name, ""), || {
        without_numbers(name)
    }))
}

/// `charge (/app/pay.js:12:5)`, `async charge (file:///app/pay.mjs:1:2)`, `/app/pay.js:12:5`
fn node(call: &str) -> Option<StackFrame> {
    let (name, place) = match call.rsplit_once(" (") {
        Some((name, place)) => (name, place.trim_end_matches(')')),
        None => ("", call),
    };
    let name = name.trim_start_matches("async ").trim_start_matches("new ");
    let (path, number) = place.rsplit_once(':').unwrap_or((place, ""));
    let is_known = number.bytes().all(|byte| byte.is_ascii_digit());
    if !is_known || name.contains(['(', '/']) || place.contains(' ') {
        return None;
    }
    let path = path.trim_end_matches(|c: char| c.is_ascii_digit() || c == ':');
    Some(StackFrame::new(NODE.have(name, place), || {
        in_file(name, path)
    }))
}

/// `File "/app/pay.py", line 12, in charge`
fn python(line: &str) -> Option<StackFrame> {
    let (path, rest) = line.strip_prefix("File \"")?.split_once("\", line ")?;
    let name = rest.split_once(", in ").map_or("", |(_, name)| name);
    let name = name.trim_matches(['<', '>']);
    Some(StackFrame::new(PYTHON.have(name, path), || {
        in_file(name, path)
    }))
}

/// `main.(*Shop).Charge(0xc000, 0x1)` and in the next line `/app/pay.go:12 +0x1d`
fn go(line: &str, previous: &str) -> Option<StackFrame> {
    let (path, _) = line.split_once(".go:")?;
    let (name, _) = previous.rsplit_once('(')?;
    if path.contains(' ') || name.contains(' ') || name.is_empty() {
        return None;
    }
    let is_library = GO.have(previous, path);
    let name = name.rsplit('/').next().unwrap_or(name);
    Some(StackFrame::new(is_library, || without_numbers(name)))
}

/// `3: shop::pay::charge::h0123456789abcdef` and in the next line `at ./src/pay.rs:12:5`
fn rust(place: &str, previous: &str) -> Option<StackFrame> {
    let (number, name) = previous.split_once(": ")?;
    let is_frame = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if !is_frame || !place.contains(".rs:") {
        return None;
    }
    let name = name.trim_start_matches('<').replace("::{{closure}}", "");
    let name = match name.rsplit_once("::h") {
        Some((name, hash)) if hash.len() == 16 => name.to_owned(),
        _ => name,
    };
    let is_library = RUST.have(&name, place);
    Some(StackFrame::new(is_library, || name))
}

/// `#0 /app/Pay.php(12): App\Pay->charge(7)`
fn php(line: &str) -> Option<StackFrame> {
    let (number, rest) = line.strip_prefix('#')?.split_once(' ')?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if rest.starts_with("{main}") {
        return Some(StackFrame::Library);
    }
    let (path, call) = rest.split_once(": ")?;
    let name = call.split('(').next().unwrap_or(call);
    Some(StackFrame::new(PHP.have(name, path), || {
        without_numbers(name)
    }))
}

/// ``/app/pay.rb:12:in `charge'``, since 3.4 ``in 'Pay#charge'``
fn ruby(line: &str) -> Option<StackFrame> {
    let (place, name) = line.trim_start_matches("from ").split_once(":in ")?;
    let path = place
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .trim_end_matches(':');
    if path.is_empty() || path.contains(' ') {
        return None;
    }
    let name = name.trim_start_matches(['`', '\'']);
    let name = name.split('\'').next().unwrap_or(name);
    Some(StackFrame::new(RUBY.have(name, path), || {
        in_file(name, path)
    }))
}

/// A function with the name of its file: `charge (pay.js)`.
fn in_file(name: &str, path: &str) -> String {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let file = file.split('?').next().unwrap_or(file);
    match name {
        "" | "module" | "<anonymous>" | "anonymous" | "Object.<anonymous>" => file.to_owned(),
        name => [&without_numbers(name), " (", file, ")"].concat(),
    }
}

/// The name of a function without the numbers that compilers add: `lambda$charge$0`, `func1`.
fn without_numbers(name: &str) -> String {
    let end = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let end = if end.ends_with(['$', '.', '_']) || end.ends_with("func") {
        end
    } else {
        name
    };
    end.trim_end_matches(['$', '.', '_']).to_owned()
}
