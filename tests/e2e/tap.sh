# SPDX-License-Identifier: GPL-2.0
# For the scripts that run in the test machine: lines of TAP. They end with tap_end.

number=0
failures=0

# ok NAME, not_ok NAME WHAT: a result; WHAT and the file /tmp/output explain a bad one.
ok() {
	number=$((number + 1))
	echo "ok $number - e2e $machine: $1"
}

not_ok() {
	number=$((number + 1))
	failures=$((failures + 1))
	echo "not ok $number - e2e $machine: $1"
	echo "# $2"
	head -c 3000 /tmp/output | tr -d '\r' | sed 's/^/# /'
}

# check NAME COMMAND...: the command succeeds.
check() {
	local name=$1
	shift
	if "$@" >/tmp/output 2>&1 </dev/null; then
		ok "$name"
	else
		not_ok "$name" "status $?: $*"
	fi
}

# expect NAME STATUS PATTERN COMMAND...: the command ends with STATUS, and some line of what it
# prints, errors too, matches the extended regular expression.
expect() {
	local name=$1 want=$2 pattern=$3 status=0
	shift 3
	timeout -s KILL 280 "$@" >/tmp/output 2>&1 </dev/null || status=$?
	judge "$name" "$want" "$pattern" "$*"
}

# judge NAME STATUS PATTERN COMMAND: the same for what has run: $status, /tmp/output.
judge() {
	tr -d '\r' </tmp/output >/tmp/lines
	if [ "$status" -eq "$2" ] && grep -qE -- "$3" /tmp/lines; then
		ok "$1"
	else
		not_ok "$1" "status $status, expected $2 and '$3': $4"
	fi
}

tap_end() {
	echo "1..$number"
	[ $failures -eq 0 ]
	exit
}
