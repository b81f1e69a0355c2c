#!/bin/sh
# Make a Chromium available for the browser tests, where that is allowed; say so where it is not.
# The tests find it by PARLEY_CHROMIUM or on the PATH, and skip with this reason when there is none.
set -u
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
[ -n "${PARLEY_CHROMIUM:-}" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing Chromium for the browser tests …"
  if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } >/dev/null 2>&1; then
    exit 0
  fi
  echo "NOT RUN: browser tests. apt-get could not install chromium; install it and run 'make test' again."
  exit 0
fi
echo "NOT RUN: browser tests. There is no Chromium, and installing it needs root and apt; install it, or set PARLEY_CHROMIUM to its path."
