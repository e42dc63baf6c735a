#!/bin/sh
# Adds an IPv6 listener to the default site: only where the kernel has IPv6, and only while the file
# is the one that the image brought (a changed or mounted one belongs to its author).
set -e

me=10-listen-on-ipv6-by-default.sh
site=/etc/nginx/conf.d/default.conf
pristine=/usr/share/hostnet-lab/default.conf

say() {
    [ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || echo "$me: info: $*"
}

if [ ! -f /proc/net/if_inet6 ]; then
    say "IPv6 is not available here"
elif [ ! -f "$site" ]; then
    say "$site is not a file or does not exist"
elif ! touch "$site" 2>/dev/null; then
    say "can not modify $site (read-only, or owned by somebody else)"
elif ! cmp -s "$site" "$pristine"; then
    say "$site differs from the packaged version"
elif sed -i 's/^    listen       80;$/&\n    listen  [::]:80;/' "$site" 2>/dev/null; then
    say "Enabled listen on IPv6 in $site"
else
    say "can not replace $site"
fi
