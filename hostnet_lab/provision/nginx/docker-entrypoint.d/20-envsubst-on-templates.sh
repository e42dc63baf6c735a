#!/bin/sh
# Writes /etc/nginx/conf.d/NAME for every /etc/nginx/templates/NAME.template, sub-folders included.
# Only variables that exist in the environment are replaced: $host and its like stay nginx's own.
set -e

me=20-envsubst-on-templates.sh
from=${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
suffix=${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}
to=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}

say() {
    [ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || echo "$me: $*"
}

[ -d "$from" ] || exit 0
if [ ! -w "$to" ]; then
    say "ERROR: $from exists, but $to is not writable"
    exit 0
fi

# ENVIRON and not `env`: a value may hold line breaks.
defined=$(awk 'BEGIN {
    for (name in ENVIRON)
        if (name ~ /^[A-Za-z_][A-Za-z0-9_]*$/ && name ~ ENVIRON["NGINX_ENVSUBST_FILTER"]) printf "${%s} ", name
}' </dev/null)

find "$from" -follow -type f -name "*$suffix" | sort | while IFS= read -r template; do
    name=${template#"$from"/}
    target=$to/${name%"$suffix"}
    mkdir -p "$(dirname "$target")"
    say "Running envsubst on $template to $target"
    envsubst "$defined" <"$template" >"$target"
done
