#!/usr/bin/env bash
# What the tests need from the operating system. Present: says nothing. Missing: installs it on
# Debian or Ubuntu as root (or with sudo); anywhere else says what to install and fails.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
fc-list 2>/dev/null | grep -qi 'noto.*cjk' || missing+=(fonts-noto-cjk fontconfig)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing+=(postgresql)
command -v java >/dev/null || [ -x "${JAVA_HOME:-}/bin/java" ] || missing+=(default-jre-headless)
[ ${#missing[@]} -eq 0 ] && exit 0

sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo"
if command -v apt-get >/dev/null && { [ -z "$sudo" ] || sudo -n true 2>/dev/null; }; then
    echo "Installing ${missing[*]} ..."
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
else
    echo "The tests need these programs: ${missing[*]} (names of Debian's packages). Install them, then run make test again." >&2
    exit 1
fi
