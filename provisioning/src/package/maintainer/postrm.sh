# postrm remove, purge, upgrade NEW-VERSION, and what dpkg calls when it gives up; safe to run again at any point.
case "$1" in
upgrade)
    # dpkg has unpacked the new release and is about to remove this one: a power cut from here on finds the new one.
    before=$(readlink "$HOME_DIR/current" || true)
    if [ "$before" = "releases/$VERSION" ] && [ -x "$HOME_DIR/releases/$2/bin/node" ]; then
        ln -sfT "releases/$2" "$HOME_DIR/current.new"
        mv -fT "$HOME_DIR/current.new" "$HOME_DIR/current"
        sync "$HOME_DIR"
    fi
    ;;
remove | purge)
    # Releases that the box fetched itself are programs, too; journal, keys and configuration are not.
    rm -rf "$HOME_DIR"
    ;;
esac
if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
fi
if [ "$1" = remove ] && [ -x /usr/bin/deb-systemd-helper ]; then
    deb-systemd-helper mask "$UNIT" >/dev/null || true
fi
if [ "$1" = purge ]; then
    if [ -x /usr/bin/deb-systemd-helper ]; then
        deb-systemd-helper purge "$UNIT" >/dev/null || true
        deb-systemd-helper unmask "$UNIT" >/dev/null || true
    fi
    rm -rf "$STATE_DIR"
    rm -f "$CONFIG_FILE"
    # The other package of this house may have its file there.
    rmdir --ignore-fail-on-non-empty /etc/scanpay 2>/dev/null || true
fi
