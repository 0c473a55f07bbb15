# postinst configure [VERSION-BEFORE], abort-upgrade, abort-remove, abort-deconfigure; safe to run again at any point.

make_user() {
    if command -v systemd-sysusers >/dev/null 2>&1; then
        systemd-sysusers "$PACKAGE.conf"
        return
    fi
    for group in $RUN_GROUPS; do
        getent group "$group" >/dev/null || groupadd --system "$group"
    done
    getent passwd "$RUN_USER" >/dev/null ||
        useradd --system --user-group --home-dir "$STATE_DIR" --no-create-home --shell /usr/sbin/nologin "$RUN_USER"
    for group in $RUN_GROUPS; do
        usermod --append --groups "$group" "$RUN_USER"
    done
}

# A newer release than this package's is there where the box has updated itself: it stays, for its journal may have
# gone on with it. A link is replaced by renaming, so at any instant there is one, and it leads to a whole release.
switch_release() {
    before=$(readlink "$HOME_DIR/current" || true)
    if [ -x "$HOME_DIR/current/bin/node" ] && dpkg --compare-versions "${before#releases/}" gt "$VERSION"; then
        echo "$PACKAGE: ${before#releases/} stays in use; it is newer than $VERSION" >&2
        return
    fi
    [ "$before" = "releases/$VERSION" ] && return
    ln -sfT "releases/$VERSION" "$HOME_DIR/current.new"
    mv -fT "$HOME_DIR/current.new" "$HOME_DIR/current"
    sync "$HOME_DIR"
}

case "$1" in
configure)
    make_user
    [ -d "$STATE_DIR" ] || install -d -m 0700 -o "$RUN_USER" -g "$RUN_USER" "$STATE_DIR"
    if [ -n "$SELF_UPDATES" ]; then
        chown "$RUN_USER:$RUN_USER" "$HOME_DIR" "$HOME_DIR/releases"
    fi
    switch_release
    ;;
abort-upgrade | abort-remove | abort-deconfigure) ;;
*)
    echo "postinst: unknown argument $1" >&2
    exit 1
    ;;
esac

deb-systemd-helper unmask "$UNIT" >/dev/null || true
if deb-systemd-helper --quiet was-enabled "$UNIT"; then
    deb-systemd-helper enable "$UNIT" >/dev/null || true
else
    # Somebody has disabled it: it stays so.
    deb-systemd-helper update-state "$UNIT" >/dev/null || true
fi
if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
    systemd-tmpfiles --create "$PACKAGE.conf" >/dev/null || true
    if [ -d /run/udev ]; then
        udevadm control --reload >/dev/null 2>&1 || true
        udevadm trigger --action=add --subsystem-match=gpio --subsystem-match=leds --subsystem-match=tty >/dev/null 2>&1 || true
    fi
    # Asks policy-rc.d first, and leaves a disabled unit alone.
    deb-systemd-invoke restart "$UNIT" >/dev/null || true
fi
