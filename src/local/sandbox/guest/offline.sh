#!/bin/sh
# Stands in for package managers, under their names: without a network they try for minutes and end with words that
# tell nobody why. What needs no network goes on to the real one.
name=${0##*/}
PATH=${PATH#/opt/agent/bin:}

real() {
  found=$(command -v "$name") || { echo "$name: command not found" >&2; exit 127; }
  exec "$found" "$@"
}

# Everybody is the same user here.
if [ "$name" = sudo ]; then
  while [ "${1#-}" != "$1" ]; do shift; done
  [ $# -gt 0 ] && exec env PATH="/opt/agent/bin:$PATH" "$@"
  exit 1
fi

command=
for argument; do
  case $argument in
    --no-index) real "$@" ;;
    -*) ;;
    *) if [ -z "$command" ]; then command=$argument; elif [ -e "$argument" ]; then real "$@"; fi ;;
  esac
done

case "$name $command" in
  "pip "install | "pip "download | "pip "wheel | "pip3 "install | "pip3 "download | "pip3 "wheel) ;;
  "npm "i | "npm "install | "npm "add | "npm "ci | "npm "update | "npx "*) ;;
  "apt "* | "apt-get "*) ;;
  "uv "* | "conda "* | "yarn "* | "pnpm "*) ;;
  *) real "$@" ;;
esac

cat >&2 <<END
$name: this sandbox has no network, so nothing can be installed or downloaded. Use what is here (Python has numpy, pandas
and matplotlib), or say what the task is missing. Sandboxes of E2B can install packages: whoever runs Threadbox sets
E2B_API_KEY for them.
END
exit 1
