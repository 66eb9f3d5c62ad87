#!/bin/sh
# OpenSSH's client for the tests of the SFTP door, from the distribution. Says what to do where it cannot be installed.
set -eu
if command -v sftp >/dev/null 2>&1 && command -v ssh-keygen >/dev/null 2>&1; then exit 0; fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The tests of SFTP need OpenSSH's client: install it and put 'sftp' on PATH." >&2
    exit 2
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "The tests of SFTP need OpenSSH's client: run 'sudo apt-get install openssh-client' once." >&2
        exit 2
    fi
    as_root=sudo
fi
$as_root apt-get update -q
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -q -y --no-install-recommends openssh-client
