//! The same at servers by others.

use super::{all, stack};
use crate::harness::Scenario;
use crate::servers::Server;

#[track_caller]
fn settles_at(server: &Server) {
    let scenario = server.called_by(Scenario::new());
    scenario.stack(&stack(&all()));
    scenario.run("apply stack.yaml --yes").exits(0).says("Applied: 26 created.");
    scenario.run("plan stack.yaml --detailed-exitcode").exits(0).says("Nothing to do");
}

#[test]
fn every_daemon_against_fakecloud() {
    let Some(server) = Server::fakecloud("every_daemon_against_fakecloud") else { return };
    settles_at(&server);
}

#[test]
fn every_daemon_against_moto() {
    let Some(server) = Server::moto("every_daemon_against_moto") else { return };
    settles_at(&server);
}
