# The unit for systemd: what it verifies, and how much of the machine the service could reach.

unit=$work/rowhouse.service
# analyze VERB...: exit code in $code, output in $work/out
analyze() {
    code=0
    systemd-analyze "$@" "$unit" >"$work/out" 2>&1 || code=$?
}
# exposed: exit code 0 at most 1.5 of 10
exposed() { analyze security --offline=yes --no-pager --threshold=15; }

sed "s,@CMAKE_INSTALL_FULL_BINDIR@,$work/bin-systemd," "$here/../../service/rowhouse.service.in" >"$unit"
mkdir "$work/bin-systemd"
analyze verify
expect "verify: the program is not there" "$((code != 0)) $(grep -c 'not executable' "$work/out")" "1 1"
ln -s "$ROWHOUSE_BIN" "$work/bin-systemd/rowhouse"
analyze verify
expect "verify" "$code $(cat "$work/out")" "0 "
echo 'NoNewPriviliges=yes' >>"$unit"
analyze verify
expect_match "verify: a word that is none" "$(cat "$work/out")" "Unknown key .*'NoNewPriviliges'"
sed -i '/Priviliges/d' "$unit"

exposed
expect "hardened" "$code" 0
sed -i.sound -E '/^(DynamicUser|CapabilityBoundingSet|SystemCallFilter)=/d' "$unit"
exposed
expect "less of it" "$((code != 0))" 1
mv "$unit.sound" "$unit"
exposed
expect "hardened again" "$code" 0
