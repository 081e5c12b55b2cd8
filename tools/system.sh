#!/usr/bin/env bash
# What the tests need from the operating system. Present: says nothing. Missing: installs it on
# Debian or Ubuntu as root (or with sudo); anywhere else says what to install and fails.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
fc-list 2>/dev/null | grep -i 'noto.*cjk' >/dev/null || missing+=(fonts-noto-cjk fontconfig)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing+=(postgresql)
command -v java >/dev/null || [ -x "${JAVA_HOME:-}/bin/java" ] || missing+=(default-jre-headless)
# These would recommend compilers and a desktop, so they come without what they recommend.
bare=()
command -v soffice >/dev/null || bare+=(libreoffice-calc-nogui)
command -v Rscript >/dev/null || bare+=(r-base-core)
[ $((${#missing[@]} + ${#bare[@]})) -eq 0 ] && exit 0

sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo"
if command -v apt-get >/dev/null && { [ -z "$sudo" ] || sudo -n true 2>/dev/null; }; then
    echo "Installing ${missing[*]} ${bare[*]} ..."
    $sudo apt-get update -qq
    install="$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq"
    [ ${#missing[@]} -eq 0 ] || $install "${missing[@]}" >/dev/null
    [ ${#bare[@]} -eq 0 ] || $install --no-install-recommends "${bare[@]}" >/dev/null
else
    echo "The tests need these programs: ${missing[*]} ${bare[*]} (names of Debian's packages). Install them, then run make test again." >&2
    exit 1
fi
