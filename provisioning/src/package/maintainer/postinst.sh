# postinst configure [VERSION-BEFORE], abort-upgrade, abort-remove, abort-deconfigure; safe to run again at any point.

# add_user NAME HOME
add_user() {
    getent passwd "$1" >/dev/null ||
        useradd --system --user-group --home-dir "$2" --no-create-home --shell /usr/sbin/nologin "$1"
}

make_users() {
    if command -v systemd-sysusers >/dev/null 2>&1; then
        systemd-sysusers "$PACKAGE.conf" ${UPDATER:+"$UPDATER.conf"}
        return
    fi
    for group in $RUN_GROUPS; do
        getent group "$group" >/dev/null || groupadd --system "$group"
    done
    add_user "$RUN_USER" "$STATE_DIR"
    [ -z "$UPDATER" ] || add_user "$UPDATER" "/var/lib/$UPDATER"
    for group in $RUN_GROUPS; do
        usermod --append --groups "$group" "$RUN_USER"
    done
}

# A newer release than this package's is there where the box has updated itself: it stays, for its journal may have
# gone on with it. A link is replaced by renaming, so at any instant there is one, and it leads to a whole release.
switch_link() {
    before=$(readlink "$HOME_DIR/$1" || true)
    if [ -x "$HOME_DIR/$1/bin/node" ] && dpkg --compare-versions "${before#releases/}" gt "$VERSION"; then
        echo "$PACKAGE: ${before#releases/} stays $1; it is newer than $VERSION" >&2
        return
    fi
    [ "$before" = "releases/$VERSION" ] && return
    ln -sfT "releases/$VERSION" "$HOME_DIR/$1.new"
    mv -fT "$HOME_DIR/$1.new" "$HOME_DIR/$1"
    sync "$HOME_DIR"
}

case "$1" in
configure)
    make_users
    [ -d "$STATE_DIR" ] || install -d -m 0700 -o "$RUN_USER" -g "$RUN_USER" "$STATE_DIR"
    for link in $LINKS; do
        switch_link "$link"
    done
    if [ -n "$UPDATER" ]; then
        # The links themselves, too, and nothing that they lead to.
        chown -hR "$UPDATER:$UPDATER" "$HOME_DIR"
        # As its tmpfiles have it, where nobody reads those.
        install -d -m 0755 -o "$UPDATER" -g "$UPDATER" /var/lib/scanpay-updater
        install -d -m 2750 -o "$RUN_USER" -g "$UPDATER" /var/lib/scanpay-updates
    fi
    ;;
abort-upgrade | abort-remove | abort-deconfigure) ;;
*)
    echo "postinst: unknown argument $1" >&2
    exit 1
    ;;
esac

for unit in $UNITS; do
    deb-systemd-helper unmask "$unit" >/dev/null || true
    if deb-systemd-helper --quiet was-enabled "$unit"; then
        deb-systemd-helper enable "$unit" >/dev/null || true
    else
        # Somebody has disabled it: it stays so.
        deb-systemd-helper update-state "$unit" >/dev/null || true
    fi
done
if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
    systemd-tmpfiles --create "$PACKAGE.conf" ${UPDATER:+"$UPDATER.conf"} >/dev/null || true
    if [ -d /run/udev ]; then
        udevadm control --reload >/dev/null 2>&1 || true
        udevadm trigger --action=add --subsystem-match=gpio --subsystem-match=leds --subsystem-match=tty >/dev/null 2>&1 || true
    fi
    # Asks policy-rc.d first, and leaves a disabled unit alone.
    # shellcheck disable=SC2086 # a list of words
    deb-systemd-invoke restart $UNITS >/dev/null || true
fi
