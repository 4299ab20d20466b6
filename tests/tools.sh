#!/bin/sh
# What only the tests need: a browser to look with, two free voices to listen to, weights that hear French. Installs what
# is missing where that is allowed, and says what to do where it is not. The tests that need an absent tool fail, they do
# not pass in silence; those that need the weights are skipped, and say so.
set -u

python=.venv/bin/python
[ -x "$python" ] || python=python3
if ! told=$("$python" -m evals.hearing.french_weights 2>&1); then
  echo "French is not tested: its weights cannot be fetched. $(echo "$told" | tail -n 1)" >&2
fi

missing=""
command -v chromium >/dev/null || missing="$missing chromium"
command -v espeak-ng >/dev/null || missing="$missing espeak-ng"
command -v flite >/dev/null || missing="$missing flite"
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "The tests need:$missing. Install them with your system's package manager, then run this again." >&2
  exit 1
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root="sudo"; else
    echo "The tests need:$missing. Run:  sudo apt-get install$missing" >&2
    exit 1
  fi
fi
echo "Installing for the tests:$missing …"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq >/dev/null && $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null || {
  echo "That did not work. Run:  apt-get update && apt-get install$missing" >&2
  exit 1
}
