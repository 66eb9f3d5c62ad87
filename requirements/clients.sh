#!/bin/sh
# Clients that the tests use as people do: OpenSSH's for the SFTP door, curl for signed links. From the distribution.
# Says what to do where they cannot be installed.
set -eu
missing=
command -v sftp >/dev/null 2>&1 && command -v ssh-keygen >/dev/null 2>&1 || missing="openssh-client"
command -v curl >/dev/null 2>&1 || missing="$missing curl ca-certificates"
if [ -z "$missing" ]; then exit 0; fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The tests need OpenSSH's client and curl: install them and put 'sftp', 'ssh-keygen' and 'curl' on PATH." >&2
    exit 2
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "The tests need OpenSSH's client and curl: run 'sudo apt-get install $missing' once." >&2
        exit 2
    fi
    as_root=sudo
fi
$as_root apt-get update -q
# shellcheck disable=SC2086  # several words are several packages
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -q -y --no-install-recommends $missing
