//! Task definitions whose fields are right one by one, and that ECS refuses all the same.

use super::stack;

#[test]
fn fargate_has_its_sizes_and_its_network() {
    insta::assert_snapshot!(stack("task_definitions:\n  \
        bridge: { requiresCompatibilities: [FARGATE], networkMode: bridge, cpu: 0.25 vCPU, memory: 3 GB, \
            containerDefinitions: [{ name: a, image: x }] }\n  \
        odd: { requiresCompatibilities: [FARGATE], networkMode: awsvpc, cpu: 300, memory: 1 GB, \
            containerDefinitions: [{ name: a, image: x }] }\n  \
        bare: { requiresCompatibilities: [FARGATE], networkMode: awsvpc, cpu: 1 vCPU, \
            containerDefinitions: [{ name: a, image: x }] }\n"), @"
    ------- stderr -------
    error: Fargate has the network mode `awsvpc` only
     --> stack.yaml:5:62
      |
    5 |   bridge: { requiresCompatibilities: [FARGATE], networkMode: bridge, cpu:...
      |                                                              ^^^^^^
      |
      = help: write `networkMode: awsvpc`

    error: Fargate has no tasks of 256 CPU units with 3072 MiB of memory
     --> stack.yaml:5:94
      |
    5 | ... bridge, cpu: 0.25 vCPU, memory: 3 GB, containerDefinitions: [{ name: ...
      |                                     ^^^^
      |
      = help: with 256 it has 512, 1024, 2048

    error: Fargate has no tasks of 300 CPU units
     --> stack.yaml:6:72
      |
    6 | ...GATE], networkMode: awsvpc, cpu: 300, memory: 1 GB, containerDefinitio...
      |                                     ^^^
      |
      = help: it has 256, 512, 1024, 2048, 4096, 8192, 16384, 32768

    error: Fargate needs the task's `memory`
     --> stack.yaml:7:36
      |
    7 |   bare: { requiresCompatibilities: [FARGATE], networkMode: awsvpc, cpu: 1...
      |                                    ^
      |
      = help: for example `cpu: 256` and `memory: 512`
    [exit 1]
    ");
}

#[test]
fn containers_fit_together() {
    insta::assert_snapshot!(stack("task_definitions:\n  web:\n    networkMode: awsvpc\n    containerDefinitions:\n\
        \x20     - { name: a, image: x, memory: 64, essential: false, portMappings: [{ containerPort: 70000 }] }\n\
        \x20     - { name: b, image: x, memory: 64, essential: false, portMappings: [{ containerPort: 80, hostPort: 81 }] }\n"), @"
    ------- stderr -------
    error: no container is essential; ECS asks for one at least
     --> stack.yaml:8:7
      |
    8 |       - { name: a, image: x, memory: 64, essential: false, portMappings: ...
      |       ^
      |
      = help: a container is essential unless it says `essential: false`

    error: `containerPort` is 70000; a port is from 0 to 65535
     --> stack.yaml:8:92
      |
    8 | ...portMappings: [{ containerPort: 70000 }] }
      |                                    ^^^^^

    error: `hostPort` is another one than `containerPort`, which this network mode does not have
     --> stack.yaml:9:106
      |
    9 | ...: [{ containerPort: 80, hostPort: 81 }] }
      |                                      ^^
      |
      = help: leave `hostPort` out
    [exit 1]
    ");
    insta::assert_snapshot!(stack("task_definitions:\n  web:\n    containerDefinitions:\n\
        \x20     - { name: a, image: x, memory: 64, environment: [{ name: A, value: 1 }, { name: A, value: 2 }] }\n\
        \x20     - { name: a, image: x, memory: 64 }\n"), @r#"
    ------- stderr -------
    error: two containers are called "a"
     --> stack.yaml:8:17
      |
    8 |       - { name: a, image: x, memory: 64 }
      |                 ^
      |
      = help: take one of them out

    error: two environment variables are called "A"
     --> stack.yaml:7:87
      |
    7 | ...: [{ name: A, value: 1 }, { name: A, value: 2 }] }
      |                                      ^
      |
      = help: take one of them out
    [exit 1]
    "#);
}

#[test]
fn a_size_that_is_no_whole_number_is_refused() {
    insta::assert_snapshot!(stack("task_definitions:\n  web:\n    memory: 0.3 GB\n    cpu: 12.5\n\
        \x20   containerDefinitions: [{ name: a, image: x }]\n"), @r#"
    ------- stderr -------
    error: `cpu` is 12.5, which is no whole number of CPU units
     --> stack.yaml:7:10
      |
    7 |     cpu: 12.5
      |          ^^^^
      |
      = help: write it like `256`, or `.25 vCPU`

    error: `memory` is "0.3 GB", which is no whole number of MiB
     --> stack.yaml:6:13
      |
    6 |     memory: 0.3 GB
      |             ^^^^^^
      |
      = help: write it like `512`, or `0.5 GB`
    [exit 1]
    "#);
}
