//! The integration tests, one binary: linking the SDK once is slow enough.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::too_many_lines,
    let_underscore_drop,
    reason = "a test that cannot go on ends with a panic that says why"
)]

mod accept;
mod again;
mod bad_input;
mod between;
mod corpus;
mod daemon_task_definitions;
mod daemon_word;
mod daemons;
mod deployed;
mod drift;
mod drift_holes;
mod drift_ignored;
mod drift_neighbours;
mod edit;
mod elsewhere;
mod encryption;
mod fake_server;
mod faults_on_the_wire;
mod formats;
mod groups;
mod guards;
mod halfway;
mod hammer;
mod handed_over;
mod handed_over_families;
mod harness;
mod iam;
mod import;
mod imported;
mod imported_elsewhere;
mod indexing;
mod journal;
mod journey;
mod killed;
mod laws;
mod limits;
mod little_room;
mod log_groups;
mod log_groups_written;
mod made_anew;
mod many;
mod many_files;
mod many_stopped;
mod others;
mod outputs;
mod owners;
mod ownership;
mod pairs;
mod parameters;
mod parameters_by_reference;
mod parameters_written;
mod permissions;
mod permissions_elsewhere;
mod placed;
mod policies;
mod protected;
mod published;
mod put_back;
mod read_back;
mod recorded;
mod recorded_pairs;
mod regions;
mod removed;
mod renamed;
mod render;
mod reread;
mod resource_policies;
mod resource_policies_refused;
mod retries;
mod reviewed;
mod reviewed_families;
mod revisions;
mod roles;
mod round_trip;
mod saved_asked;
mod saved_plans;
mod secrets;
mod servers;
mod services;
mod shapes;
mod side_by_side;
mod small_diffs;
mod speed;
mod task_definitions;
mod together;
mod trace_destination;
mod undo;
mod undo_kinds;
mod unknown;
mod verbs;
mod versions;
mod waiting;
mod wire;
mod worst_day;
