#!/bin/sh
# Chromium for the browser tests, from the distribution. Says what to do where it cannot be installed.
set -eu
for program in chromium chromium-browser google-chrome; do
    if command -v "$program" >/dev/null 2>&1; then exit 0; fi
done
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The browser tests need Chromium: install it and put it on PATH as 'chromium'." >&2
    exit 2
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "The browser tests need Chromium: run 'sudo apt-get install chromium' once." >&2
        exit 2
    fi
    as_root=sudo
fi
$as_root apt-get update -q
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -q -y --no-install-recommends chromium
