//! The pictures of the README are drawn from what the program prints today.

use std::process::Command;

use bongsu_tests::packages;

use super::{root, run::Home};

#[test]
fn the_pictures_are_those_that_the_program_makes() {
    let bongsu = packages::bongsu();
    let home = Home::new(&bongsu);
    let python = Command::new("python3")
        .arg(root().join("docs/pictures/draw.py"))
        .arg("--check")
        .arg(&bongsu)
        .env("HOME", home.path())
        .output()
        .expect("Python 3");
    let said = String::from_utf8_lossy(&python.stderr);
    assert!(python.status.success(), "{said}");
}
