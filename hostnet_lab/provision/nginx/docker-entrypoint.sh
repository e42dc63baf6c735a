#!/bin/sh
# Prepares the configuration when the server itself is to start, then becomes the command given.
# The same contract as the official nginx image's entrypoint; the text is this lab's own.
set -e

say() {
    [ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || echo "docker-entrypoint.sh: $*"
}

if [ "$1" = nginx ] || [ "$1" = nginx-debug ]; then
    for step in /docker-entrypoint.d/*; do
        [ -f "$step" ] || continue
        if [ ! -x "$step" ]; then
            say "Ignoring $step, not executable"
            continue
        fi
        case "$step" in
            *.envsh) say "Sourcing $step"; . "$step" ;;   # may export variables to the steps after it
            *.sh)    say "Launching $step"; "$step" ;;
            *)       say "Ignoring $step" ;;
        esac
    done
    say "Configuration complete; ready for start up"
fi

exec "$@"
