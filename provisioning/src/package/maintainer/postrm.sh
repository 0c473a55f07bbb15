# postrm remove, purge, upgrade NEW-VERSION, and what dpkg calls when it gives up; safe to run again at any point.
case "$1" in
upgrade)
    # dpkg has unpacked the new release and is about to remove this one: a power cut from here on finds the new one.
    for link in $LINKS; do
        before=$(readlink "$HOME_DIR/$link" || true)
        if [ "$before" = "releases/$VERSION" ] && [ -x "$HOME_DIR/releases/$2/bin/node" ]; then
            ln -sfT "releases/$2" "$HOME_DIR/$link.new"
            mv -fT "$HOME_DIR/$link.new" "$HOME_DIR/$link"
            sync "$HOME_DIR"
        fi
    done
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
    # shellcheck disable=SC2086 # a list of words
    deb-systemd-helper mask $UNITS >/dev/null || true
fi
if [ "$1" = purge ]; then
    if [ -x /usr/bin/deb-systemd-helper ]; then
        # shellcheck disable=SC2086 # a list of words
        deb-systemd-helper purge $UNITS >/dev/null || true
        # shellcheck disable=SC2086 # a list of words
        deb-systemd-helper unmask $UNITS >/dev/null || true
    fi
    rm -rf "$STATE_DIR"
    rm -f "$CONFIG_FILE"
    if [ -n "$UPDATER" ]; then
        rm -rf /var/lib/scanpay-updater /var/lib/scanpay-updates
        rm -f /etc/scanpay/updater.json
    fi
    # The other package of this house may have its file there.
    rmdir --ignore-fail-on-non-empty /etc/scanpay 2>/dev/null || true
fi
