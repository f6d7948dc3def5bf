#!/usr/bin/env bash
# Puts the tracewright program on the runner and says where: a released one, whose
# checksum is verified, or one built from this checkout of the action.
#
# Runs with the bash 3.2 of macOS too.
set -euo pipefail

fail() {
    printf '::error title=tracewright::%s\n' "$1"
    exit 1
}

# The version to install: as given; else the one of this checkout, where that is a
# release or a commit; a branch, and an action of the same repository, are built.
wanted() {
    local own
    if [ -n "${INPUT_VERSION:-}" ]; then
        printf '%s\n' "${INPUT_VERSION#v}"
    elif printf '%s' "${ACTION_REF:-}" | grep -Eq '^(v[0-9][0-9A-Za-z.-]*|[0-9a-f]{40})$'; then
        own=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)
        printf '%s\n' "$own"
    else
        echo source
    fi
}

target() {
    local system machine
    case $(uname -s) in
        Linux) system=unknown-linux-gnu ;;
        Darwin) system=apple-darwin ;;
        *) fail "there is no released program for $(uname -s): only for Linux and macOS" ;;
    esac
    case $(uname -m) in
        x86_64 | amd64) machine=x86_64 ;;
        aarch64 | arm64) machine=aarch64 ;;
        *) fail "there is no released program for $(uname -m): only for x86-64 and arm64" ;;
    esac
    if [ "$system" = unknown-linux-gnu ] && ldd --version 2>&1 | grep -qi musl; then
        fail "the released program needs glibc, and this system has musl: use 'version: source'"
    fi
    echo "$machine-$system"
}

# download URL FILE: asks again where the server or the network is at fault.
download() {
    local proto=https tried code
    # A GitHub Enterprise Server may be without TLS; nothing is led from TLS to none.
    case $1 in http://*) proto=http,https ;; esac
    for tried in 1 2 3; do
        code=0
        curl --silent --show-error --fail --location --proto "=$proto" --proto-redir "=$proto" \
            --connect-timeout 20 --max-time 300 --retry 4 --retry-delay 2 --retry-max-time 120 \
            --retry-connrefused --output "$2" "$1" || code=$?
        # 18 and 56 are a transfer that broke off, which curl does not ask for again.
        case $code in 18 | 56) echo "try $tried broke off" ;; *) break ;; esac
    done
    return "$code"
}

sha256() {
    if command -v sha256sum >/dev/null; then
        sha256sum "$1" | cut -d ' ' -f 1
    else
        shasum -a 256 "$1" | cut -d ' ' -f 1
    fi
}

install_release() {
    local version=$1 target=$2 folder=$3 name url expected found
    name=tracewright-$target.tar.gz
    url=$GITHUB_SERVER_URL/${ACTION_REPOSITORY:-$GITHUB_REPOSITORY}/releases/download/v$version/$name
    echo "Downloading $url"
    download "$url" "$scratch/$name" ||
        fail "$url could not be downloaded: is there a release v$version with a program for $target? ('version: source' builds one)"
    download "$url.sha256" "$scratch/$name.sha256" || fail "$url.sha256, the checksum, could not be downloaded"
    expected=$(cut -d ' ' -f 1 "$scratch/$name.sha256" | head -n 1)
    found=$(sha256 "$scratch/$name")
    if [ "$found" != "$expected" ]; then
        fail "the checksum of $name is $found, and not $expected as the release says: it is not installed"
    fi
    mkdir "$scratch/unpacked"
    tar -xzf "$scratch/$name" -C "$scratch/unpacked" --strip-components 1 ||
        fail "$name could not be unpacked"
    [ -x "$scratch/unpacked/tracewright" ] || fail "$name holds no program"
    rm -rf "$folder"
    mkdir -p "$(dirname "$folder")"
    mv "$scratch/unpacked" "$folder"
    touch "$folder.complete"
}

scratch=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/tracewright.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

version=$(wanted)
if [ "$version" = source ]; then
    command -v cargo >/dev/null || fail "'version: source' needs Rust on the runner: cargo is not there"
    export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${RUNNER_TEMP:-/tmp}/tracewright-target}
    # From the action's folder, so that nothing of the workspace configures the build.
    (cd "$GITHUB_ACTION_PATH" && cargo build --release --locked) || fail "tracewright could not be built"
    folder=$CARGO_TARGET_DIR/release
else
    release='^[0-9]+\.[0-9]+\.[0-9]+([.+-][0-9A-Za-z.+-]*)?$'
    [[ $version =~ $release ]] ||
        fail "the input 'version' is a release, as 0.1.0, or 'source'"
    target=$(target)
    # Of this job alone: what another job left on the machine may be anything, and this one may have
    # the role to deploy.
    folder=${RUNNER_TEMP:?}/tracewright/$version/$target
    [ -f "$folder.complete" ] && [ -x "$folder/tracewright" ] || install_release "$version" "$target" "$folder"
fi

"$folder/tracewright" --version || fail "$folder/tracewright does not run here"
echo "binary=$folder/tracewright" >>"$GITHUB_OUTPUT"
# The steps after this one may want it too.
echo "$folder" >>"${GITHUB_PATH:-/dev/null}"
