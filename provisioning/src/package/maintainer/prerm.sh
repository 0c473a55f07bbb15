# prerm remove, upgrade, deconfigure, failed-upgrade. The program ends before its files do: it loads some late.
if [ -d /run/systemd/system ]; then
    deb-systemd-invoke stop "$UNIT" >/dev/null || true
fi
