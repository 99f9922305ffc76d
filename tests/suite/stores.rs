//! The log stores: the contract on real servers, and what only a cluster can do.

use bongsu_tests::servers;

#[test]
fn probe() {
    eprintln!("{:?}", servers::elasticsearch());
    eprintln!("{:?}", servers::opensearch());
}
