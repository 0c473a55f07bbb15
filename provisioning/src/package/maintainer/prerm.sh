# prerm remove, upgrade, deconfigure, failed-upgrade. The program ends before its files do: it loads some late.
if [ -d /run/systemd/system ]; then
    # shellcheck disable=SC2086 # a list of words
    deb-systemd-invoke stop $UNITS >/dev/null || true
fi
