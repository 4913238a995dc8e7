# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# For the scripts here, in the test machine. A script has a promise to check and says for each part
# of it "ok" or "not ok"; it leaves neither modules nor processes behind.

script=$(basename "$0")
out=/tmp/out
guests=/root/guest

report() {
	echo "$1 - e2e $script: $2"
	[ "$1" = ok ] || failed=1
}

# Whether the output has a line like that; any will do for no pattern.
printed() {
	[ -z "$1" ] || tr -d '\r' <$out | grep -qE -- "$1"
}

# expect NAME STATUS PATTERN COMMAND...: it ends with that status and prints a line like that.
expect() {
	name=$1 want=$2 pattern=$3 status=0
	shift 3
	"$@" >$out 2>&1 </dev/null || status=$?
	if [ "$status" = "$want" ] && printed "$pattern"; then
		report ok "$name"
	else
		report "not ok" "$name"
		echo "# status $status, expected $want and '$pattern'"
		tail -n 30 $out | sed 's/^/# /'
	fi
}

# check NAME COMMAND...: it succeeds.
check() {
	name=$1
	shift
	expect "$name" 0 "" "$@"
}

# check_not NAME COMMAND...: it fails.
check_not() {
	name=$1
	shift
	if "$@" >$out 2>&1 </dev/null; then
		report "not ok" "$name"
		tail -n 30 $out | sed 's/^/# /'
	else
		report ok "$name"
	fi
}

# same NAME FIRST SECOND: two texts are equal.
same() {
	if [ "$2" = "$3" ]; then
		report ok "$1"
	else
		report "not ok" "$1"
		echo "# '$2', expected '$3'"
	fi
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
	tries=$(($1 * 20))
	shift
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.05
	done
}

# How many users the module has, as lsmod tells.
module_users() {
	awk -v name="$1" '$1 == name { print $3 }' /proc/modules
}

failed=0
trap 'exit $failed' EXIT
