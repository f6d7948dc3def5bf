"""Task definitions that hold every member there is, each where AWS's rules allow it.

A member is tried where it comes first, so that what others refer to stands first in something that
nothing refers to. `NEEDED` and `OTHER` say what AWS's rules do not let one take out or exchange
freely. Sources: the texts of the service model, and the documentation of task definition parameters.
"""

# The same member may stand in several; the first one counts.
BASES = {
    # EC2, with nothing that refers to anything.
    "plain": {
        "taskRoleArn": "arn:aws:iam::123456789012:role/task",
        "executionRoleArn": "arn:aws:iam::123456789012:role/team/execution",
        "networkMode": "bridge",
        "requiresCompatibilities": ["EC2", "EXTERNAL"],
        "cpu": "1024",
        "memory": "2048",
        "pidMode": "host",
        "ipcMode": "host",
        "placementConstraints": [
            {"type": "memberOf", "expression": "attribute:ecs.instance-type =~ t3.*"},
        ],
        "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        "inferenceAccelerators": [{"deviceName": "device_1", "deviceType": "eia2.medium"}],
        "tags": [{"key": "team", "value": "tracing"}, {"key": "stage", "value": "test"}],
        "volumes": [
            {"name": "host", "host": {"sourcePath": "/var/run/docker.sock"}},
            {"name": "launch", "configuredAtLaunch": True},
        ],
        "containerDefinitions": [
            {
                "name": "alone",
                "image": "public.ecr.aws/xray/aws-xray-daemon:3.3.14",
                "repositoryCredentials": {
                    "credentialsParameter": "arn:aws:secretsmanager:us-east-1:123456789012:secret:hub-a1b2c3"
                },
                "cpu": 32,
                "memory": 256,
                "memoryReservation": 128,
                "essential": False,
                "entryPoint": ["/xray", "-t"],
                "command": ["-o", "-b", "0.0.0.0:2000"],
                "environment": [{"name": "AWS_REGION", "value": "us-east-1"}, {"name": "B", "value": ""}],
                "environmentFiles": [
                    {"value": "arn:aws:s3:::bucket/first.env", "type": "s3"},
                    {"value": "arn:aws:s3:::bucket/second.env", "type": "s3"},
                ],
                "hostname": "daemon",
                "user": "1337:1337",
                "workingDirectory": "/tmp",
                "disableNetworking": True,
                "privileged": True,
                "readonlyRootFilesystem": True,
                "interactive": True,
                "pseudoTerminal": True,
                "dnsServers": ["10.0.0.2", "10.0.0.3"],
                "dnsSearchDomains": ["example.internal", "example.com"],
                "extraHosts": [
                    {"hostname": "one", "ipAddress": "10.0.0.4"},
                    {"hostname": "two", "ipAddress": "10.0.0.5"},
                ],
                "dockerSecurityOptions": ["label:role:tracer", "no-new-privileges"],
                "dockerLabels": {"com.example.team": "tracing", "stage": "test"},
                "ulimits": [
                    {"name": "nofile", "softLimit": 1024, "hardLimit": 4096},
                    {"name": "core", "softLimit": 1, "hardLimit": 2},
                ],
                "systemControls": [
                    {"namespace": "net.core.somaxconn", "value": "1024"},
                    {"namespace": "net.ipv4.tcp_keepalive_time", "value": "500"},
                ],
                "logConfiguration": {
                    "logDriver": "json-file",
                    "options": {"max-size": "10m", "max-file": "3"},
                },
                "healthCheck": {
                    "command": ["CMD-SHELL", "/healthcheck || exit 1"],
                    "interval": 10,
                    "timeout": 6,
                    "retries": 4,
                    "startPeriod": 20,
                },
                "restartPolicy": {
                    "enabled": True,
                    "ignoredExitCodes": [0, 137],
                    "restartAttemptPeriod": 120,
                },
                "startTimeout": 30,
                "stopTimeout": 40,
                "versionConsistency": "disabled",
                "linuxParameters": {
                    "capabilities": {"add": ["NET_ADMIN", "SYS_PTRACE"], "drop": ["MKNOD", "CHOWN"]},
                    "devices": [
                        {
                            "hostPath": "/dev/fuse",
                            "containerPath": "/dev/fuse0",
                            "permissions": ["read", "write"],
                        },
                        {"hostPath": "/dev/kvm"},
                    ],
                    "initProcessEnabled": True,
                    "sharedMemorySize": 64,
                    "tmpfs": [
                        {"containerPath": "/scratch", "size": 16, "mountOptions": ["noexec", "nosuid"]},
                        {"containerPath": "/cache", "size": 8},
                    ],
                    "maxSwap": 512,
                    "swappiness": 40,
                },
                "firelensConfiguration": {
                    "type": "fluentd",
                    "options": {"enable-ecs-log-metadata": "true", "config-file-type": "s3"},
                },
                "resourceRequirements": [{"type": "GPU", "value": "1"}],
            },
            {"name": "other", "image": "nginx", "memory": 64},
        ],
    },
    # EC2 with Docker's network: what refers to what.
    "bridge": {
        "networkMode": "bridge",
        "volumes": [
            {
                "name": "docker",
                "dockerVolumeConfiguration": {
                    "scope": "task",
                    "driver": "local",
                    "driverOpts": {"type": "nfs", "device": ":/export"},
                    "labels": {"team": "tracing", "stage": "test"},
                },
            },
            {
                "name": "shared",
                "dockerVolumeConfiguration": {"scope": "shared", "autoprovision": True},
            },
            {"name": "empty"},
        ],
        "containerDefinitions": [
            {
                "name": "app",
                "image": "nginx:1.27",
                "memory": 128,
                "links": ["daemon:xray", "sidecar"],
                "portMappings": [
                    {
                        "containerPort": 8080,
                        "hostPort": 80,
                        "protocol": "udp",
                        "name": "web",
                        "appProtocol": "http",
                    },
                    {"containerPort": 9090},
                    {"containerPortRange": "7000-7010"},
                ],
                "mountPoints": [
                    {"sourceVolume": "empty", "containerPath": "/data", "readOnly": True},
                    {"sourceVolume": "docker", "containerPath": "/more"},
                ],
                "volumesFrom": [
                    {"sourceContainer": "daemon", "readOnly": True},
                    {"sourceContainer": "sidecar"},
                ],
                "dependsOn": [
                    {"containerName": "daemon", "condition": "START"},
                    {"containerName": "sidecar", "condition": "HEALTHY"},
                ],
            },
            {
                "name": "daemon",
                "image": "amazon/aws-xray-daemon",
                "memory": 32,
                "essential": False,
            },
            {
                "name": "sidecar",
                "image": "envoy",
                "memory": 64,
                "healthCheck": {"command": ["CMD", "true"]},
            },
            {"name": "last", "image": "busybox", "memory": 16, "essential": False},
        ],
    },
    # Fargate, with App Mesh and file systems.
    "fargate": {
        "taskRoleArn": "arn:aws:iam::123456789012:role/task",
        "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "512",
        "memory": "1024",
        "ephemeralStorage": {"sizeInGiB": 30},
        "enableFaultInjection": True,
        "proxyConfiguration": {
            "type": "APPMESH",
            "containerName": "envoy",
            "properties": [
                {"name": "EgressIgnoredPorts", "value": "2000"},
                {"name": "IgnoredUID", "value": "1337"},
                {"name": "AppPorts", "value": "8080"},
                {"name": "ProxyIngressPort", "value": "15000"},
                {"name": "ProxyEgressPort", "value": "15001"},
                {"name": "EgressIgnoredIPs", "value": "169.254.170.2,169.254.169.254"},
            ],
        },
        "volumes": [
            {
                "name": "efs",
                "efsVolumeConfiguration": {
                    "fileSystemId": "fs-0123456789abcdef0",
                    "rootDirectory": "/export",
                    "transitEncryption": "ENABLED",
                    "transitEncryptionPort": 20490,
                },
            },
            {
                "name": "efs-of-one",
                "efsVolumeConfiguration": {
                    "fileSystemId": "fs-0123456789abcdef1",
                    "transitEncryption": "ENABLED",
                    "authorizationConfig": {"accessPointId": "fsap-0123456789abcdef0", "iam": "ENABLED"},
                },
            },
            {
                "name": "s3",
                "s3filesVolumeConfiguration": {
                    "fileSystemArn": "arn:aws:s3files:us-east-1:123456789012:file-system/fs-01",
                    "rootDirectory": "/export",
                    "transitEncryptionPort": 20490,
                },
            },
            {
                "name": "s3-of-one",
                "s3filesVolumeConfiguration": {
                    "fileSystemArn": "arn:aws:s3files:us-east-1:123456789012:file-system/fs-01",
                    "accessPointArn": "arn:aws:s3files:us-east-1:123456789012:file-system/fs-01/access-point/fsap-01",
                },
            },
        ],
        "containerDefinitions": [
            {
                "name": "app",
                "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1",
                "portMappings": [{"containerPort": 8080, "name": "web"}],
                "secrets": [
                    {"name": "DATABASE", "valueFrom": "arn:aws:ssm:us-east-1:123456789012:parameter/db"},
                    {"name": "CACHE", "valueFrom": "arn:aws:ssm:us-east-1:123456789012:parameter/cache"},
                ],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": "/app",
                        "awslogs-region": "us-east-1",
                        "awslogs-stream-prefix": "app",
                    },
                    "secretOptions": [
                        {"name": "env", "valueFrom": "arn:aws:ssm:us-east-1:123456789012:parameter/env"},
                        {"name": "tag", "valueFrom": "arn:aws:ssm:us-east-1:123456789012:parameter/tag"},
                    ],
                },
                "dependsOn": [{"containerName": "envoy", "condition": "HEALTHY"}],
            },
            {
                "name": "envoy",
                "image": "envoy",
                "user": "1337",
                "healthCheck": {"command": ["CMD-SHELL", "curl -s localhost:9901/ready"]},
            },
            {"name": "gateway", "image": "envoy", "user": "1338"},
        ],
    },
    # EC2 with a GPU that containers share.
    "gpu": {
        "containerDefinitions": [
            {
                "name": "model",
                "image": "model",
                "memory": 512,
                "resourceRequirements": [
                    {
                        "type": "GPU",
                        "sharingStrategy": {"nvidiaMps": {"memory": 2048, "maxComputePercent": 40}},
                    }
                ],
            }
        ],
    },
    # EC2 with Windows.
    "windows": {
        "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
        "runtimePlatform": {
            "cpuArchitecture": "X86_64",
            "operatingSystemFamily": "WINDOWS_SERVER_2019_FULL",
        },
        "volumes": [
            {
                "name": "share",
                "fsxWindowsFileServerVolumeConfiguration": {
                    "fileSystemId": "fs-0123456789abcdef0",
                    "rootDirectory": "share",
                    "authorizationConfig": {
                        "credentialsParameter": "arn:aws:secretsmanager:us-east-1:123456789012:secret:ad-a1b2c3",
                        "domain": "corp.example.com",
                    },
                },
            }
        ],
        "containerDefinitions": [
            {
                "name": "iis",
                "image": "iis",
                "memory": 1024,
                "credentialSpecs": ["credentialspec:arn:aws:s3:::bucket/gmsa.json"],
            }
        ],
    },
}

# What a task definition cannot be without, though the model does not say so, and elements that are
# needed by something else in their task definition.
NEEDED = {
    "containerDefinitions[].name": "a container without one is refused",
    "containerDefinitions[].image": "a container without one is refused",
    "containerDefinitions[].environment[].name": "a variable without one is refused",
    "containerDefinitions[].environment[].value": "whether AWS takes a variable without one is not known",
    "containerDefinitions[].mountPoints[].sourceVolume": "AWS: Unknown volume 'null'",
    "containerDefinitions[].mountPoints[].containerPath": "a mount without one goes nowhere",
    "containerDefinitions[].volumesFrom[].sourceContainer": "names what the volumes come from",
    "containerDefinitions[].portMappings[].containerPort": "a mapping without one is refused",
    "containerDefinitions[].portMappings[].containerPortRange": "a mapping without one is refused",
    "containerDefinitions[].resourceRequirements[].value": "a GPU has it or a sharingStrategy",
    "containerDefinitions[].resourceRequirements[].sharingStrategy": "a GPU has it or a value",
    "containerDefinitions[].resourceRequirements[].sharingStrategy.nvidiaMps": "a union has one member",
    "containerDefinitions[].systemControls[].namespace": "a setting has a name and a value",
    "containerDefinitions[].systemControls[].value": "a setting has a name and a value",
    "placementConstraints[].type": "a constraint has one",
    "placementConstraints[].expression": "a memberOf has one",
    "proxyConfiguration.properties": "App Mesh needs most of them",
    "proxyConfiguration.properties[].name": "a property has a name and a value",
    "proxyConfiguration.properties[].value": "a property has a name and a value",
    "tags[].key": "a tag has one",
    "tags[].value": "a tag without one has an empty one",
    "volumes[].name": "a volume has one",
}

# Another value that AWS takes in its place, where a longer text or the next number is not one.
OTHER = {
    "networkMode": "none",
    "requiresCompatibilities[]": "MANAGED_INSTANCES",
    "cpu": "512",
    "memory": "4096",
    "inferenceAccelerators[].deviceType": "eia2.large",
    "runtimePlatform.operatingSystemFamily": "WINDOWS_SERVER_2022_CORE",
    "proxyConfiguration.containerName": "gateway",
    "proxyConfiguration.properties[].name": "IgnoredGID",
    "containerDefinitions[].cpu": 64,
    "containerDefinitions[].environmentFiles[].value": "arn:aws:s3:::bucket/third.env",
    "containerDefinitions[].user": "root",
    "containerDefinitions[].links[]": "last",
    "containerDefinitions[].mountPoints[].sourceVolume": "docker",
    "containerDefinitions[].volumesFrom[].sourceContainer": "last",
    "containerDefinitions[].dependsOn[].containerName": "last",
    "containerDefinitions[].portMappings[].containerPortRange": "7000-7020",
    "containerDefinitions[].linuxParameters.capabilities.add[]": "NET_RAW",
    "containerDefinitions[].linuxParameters.capabilities.drop[]": "KILL",
    "containerDefinitions[].linuxParameters.devices[].permissions[]": "mknod",
    "containerDefinitions[].linuxParameters.tmpfs[].mountOptions[]": "ro",
    "containerDefinitions[].dnsServers[]": "10.0.0.9",
    "containerDefinitions[].extraHosts[].ipAddress": "10.0.0.9",
    "containerDefinitions[].logConfiguration.options{}": "20m",
    "containerDefinitions[].logConfiguration.logDriver": "syslog",
    "containerDefinitions[].resourceRequirements[].type": "NeuronDevice",
    "containerDefinitions[].healthCheck.command[]": "CMD",
    "containerDefinitions[].systemControls[].namespace": "net.core.rmem_max",
}
