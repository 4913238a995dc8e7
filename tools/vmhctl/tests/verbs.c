// SPDX-License-Identifier: GPL-2.0
/*
 * The verbs that observe and control, against a kernel that is played here: ioctl() is ours. It
 * has the VMs of a table and refuses as the real one does; the device is /dev/null.
 */
#include <check.h>
#include <getopt.h>
#include <limits.h>
#include <pty.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/vmh.h>

#include "played.h"
#include "rows.h"
#include "vmhctl.h"

#define ARGS_MAX	8

/* What the verb printed, on both. */
static char said[32768];
static FILE *both;
static int own_stdout, own_stderr;

static void setup(void)
{
	memcpy(vms, all_vms, sizeof(all_vms));
	nr_vms = ARRAY_SIZE(all_vms);
	memset(vm_of_fd, 0, sizeof(vm_of_fd));
	vcpu_fd = -1;
	list_calls = 0;
	stats_calls = 0;
	signal_in_call = 0;
	memory_calls = 0;
	exits_limit = VMH_NO_LIMIT;
	fflush(stdout);
	both = tmpfile();
	own_stdout = dup(STDOUT_FILENO);
	own_stderr = dup(STDERR_FILENO);
	dup2(fileno(both), STDOUT_FILENO);
	dup2(fileno(both), STDERR_FILENO);
	playing = true;
}

/* Also after a failure; "top" takes signals for itself. */
static void teardown(void)
{
	static const int taken[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
	sigset_t none;

	playing = false;
	for (size_t i = 0; i < ARRAY_SIZE(taken); i++)
		signal(taken[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	fflush(stdout);
	dup2(own_stdout, STDOUT_FILENO);
	dup2(own_stderr, STDERR_FILENO);
	close(own_stdout);
	close(own_stderr);
	fclose(both);
}

static int run(const struct verb *verb, const char *const *given)
{
	static char words[ARGS_MAX + 3][64];
	char *argv[ARGS_MAX + 4] = { 0 };
	int argc = 0, status;

	strcpy(words[argc++], "vmhctl");
	for (; given[argc - 1]; argc++)
		strcpy(words[argc], given[argc - 1]);
	strcpy(words[argc++], "--device");
	strcpy(words[argc++], "/dev/null");
	for (int i = 0; i < argc; i++)
		argv[i] = words[i];
	optind = 0;		/* glibc: start anew */
	status = verb->run(argc, argv);
	fflush(stdout);
	rewind(both);
	said[fread(said, 1, sizeof(said) - 1, both)] = '\0';
	return status;
}

static void add(Suite *suite, const char *name, const TTest *test, int rows)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, test, 0, rows);
	suite_add_tcase(suite, tcase);
}

static const struct {
	const struct verb *verb;
	const char *args[ARGS_MAX];
	int status;
	const char *says[5];
} cases[] = {
	{ &verb_list, { NULL }, 0, { "\n   1  web ", "running ", "64 MiB\n" } },
	{ &verb_list, { NULL }, 0, { "\n   2  twin ", "paused ", "\n   9  - " } },
	{ &verb_list, { "1" }, 2, { "what is '1'?" } },
	{ &verb_list, { "--json" }, 0,
	  { "[{\"id\": 1, \"serial\": 11, \"name\": \"web\", \"state\": \"running\", ",
	    "\"uid\": 0, ",
	    "\"user\": \"root\", ",
	    "\"pid\": 100, \"vcpus\": 2, \"memory_bytes\": 67108864}, {",
	    "\"memory_bytes\": 67108864}]\n" } },

	{ &verb_pause, { "1" }, 0, { "VM 1 \"web\": paused\n" } },
	{ &verb_pause, { "web" }, 0, { "VM 1 \"web\": paused\n" } },
	{ &verb_pause, { "7" }, 0, { "VM 7 \"twin\": paused\n" } },
	{ &verb_pause, { "twin" }, 1, { "VMs 2 and 7 are both called 'twin'" } },
	{ &verb_pause, { "2" }, 1,
	  { "cannot pause VM 2 \"twin\": Device or resource busy", "not in this state",
	    "category state, code STATE (300)" } },
	{ &verb_pause, { "3" }, 1, { "cannot open VM 3: No such file", "code NO_VM", "list" } },
	{ &verb_pause, { "50" }, 1, { "another's", "code NOT_OWNER", "as root" } },
	{ &verb_pause, { "51" }, 1,
	  { "not to be traced", "code NOT_TRACEABLE", "as root: you may not trace" } },
	{ &verb_pause, { "nobody" }, 1, { "no VM 'nobody'", "'vmhctl list'" } },
	{ &verb_pause, { "4294967297" }, 1, { "no VM '4294967297'" } },
	{ &verb_pause, { "" }, 1, { "no VM ''" } },
	{ &verb_pause, { NULL }, 2, { "which VM?" } },
	{ &verb_pause, { "1", "7" }, 0, { "VM 1 \"web\": paused\nVM 7 \"twin\": paused\n" } },
	{ &verb_pause, { "1", "2", "7" }, 1,
	  { "VM 1 \"web\": paused\n", "cannot pause VM 2", "VM 7 \"twin\": paused\n" } },
	{ &verb_pause, { "--all" }, 1,
	  { "VM 1 \"web\": paused\n", "cannot pause VM 2", "VM 7 ", "cannot pause VM 9",
	    "VM 12 " } },
	{ &verb_pause, { "--all", "1" }, 2, { "--all and '1': one or the other" } },
	{ &verb_pause, { "--alll" }, 2, { "unrecognized option", "did you mean --all?" } },
	{ &verb_pause, { "--qqq" }, 2, { "unrecognized option '--qqq'\nvmhctl: see" } },
	{ &verb_pause, { "1", "--json" }, 2, { "unrecognized option", "vmhctl pause --help" } },
	{ &verb_resume, { "2" }, 0, { "VM 2 \"twin\": running\n" } },
	{ &verb_resume, { "1" }, 1, { "cannot resume VM 1" } },
	{ &verb_terminate, { "9" }, 0, { "VM 9: terminated\n" } },
	{ &verb_terminate, { "--all" }, 0,
	  { "VM 1 \"web\": terminated\n", "VM 12 \"7\": term" } },

	{ &verb_wait, { "ended" }, 0, { "VM 20 \"ended\": terminated\n" } },
	{ &verb_wait, { "--timeout", "1", "1" }, 124, { "VM 1 \"web\": running\n" } },
	{ &verb_wait, { "3" }, 1, { "code NO_VM" } },
	{ &verb_wait, { "--timeout", "x", "1" }, 2, { "--timeout x: not a number of seconds" } },
	{ &verb_stop, { "ended" }, 0, { "VM 20 \"ended\": terminated\n" } },
	{ &verb_stop, { "1" }, 1,
	  { "VM 1 \"web\" is run by ", "not by vmhctl", "vmhctl terminate" } },
	{ &verb_stop, { "--grace", "-1", "1" }, 2, { "--grace -1: not a number of seconds" } },
	{ &verb_stop, { NULL }, 2, { "which VM?" } },

	{ &verb_show, { "web" }, 0,
	  { "state    running for", "populated_bytes           64 MiB          65 MiB", "cpuid" } },
	{ &verb_show, { "web" }, 0, { "event init, reason user", "reason_38", "guest " } },
	{ &verb_show, { "1", "--json" }, 0,
	  { "{\"id\": 1, \"serial\": 11, ", "\"slot_bytes\": {\"used\": 0, \"peak\": 1, ",
	    "\"limit\": null, \"denied\": 0}",
	    "\"exits\": {\"cpuid\": 1000, \"reason_38\": 1}, \"nx_huge_pages\": {",
	    "\"halt_poll_fail_ns\": 0}, \"paravirtual\": {\"pv_tlb_flushes\": 0}}\n" } },
	{ &verb_show, { "3" }, 1, { "code NO_VM" } },

	{ &verb_limits, { "1" }, 0, { "RESOURCE", "128 MiB           3\n", "none" } },
	{ &verb_limits, { "1", "--json" }, 0,
	  { "{\"id\": 1, \"name\": \"web\", \"resources\": {\"slot_bytes\": ", "}}}\n" } },
	{ &verb_limits, { "1", "set", "exits=20000", "vcpus=2" }, 0,
	  { "exits: none -> 20000/s\n", "vcpus: none -> " } },
	{ &verb_limits, { "1", "set", "exits=5", "populated_bytes=1M" }, 1,
	  { "cannot set limits of VM 1", "more is in use", "code IN_USE",
	    "field limits[1].limit: got 0 (0)", "that is 'populated_bytes=1M'; nothing was set" } },
	{ &verb_limits, { "1", "set", "exits=5", "bogus=1" }, 2,
	  { "no such resource; there are slot_bytes, ", " and run" } },
	{ &verb_limits, { "1", "set" }, 2, { "set what?" } },
	{ &verb_limits, { "1", "sett", "exits=5" }, 2, { "what is 'sett'?" } },

	{ &verb_errors, { "1" }, 0,
	  { "created -> initialized (init by user), transition 1\n",
	    "refused VMH_SET_LIMITS: EBUSY: more is in \"use\"\n       category resource, ",
	    "code IN_USE (203), field limits[0].limit: got 1 (0x1), expected 64 (0x40)\n",
	    "running -> terminated (terminate by creator_exit)" } },
	{ &verb_errors, { "1", "-f" }, 0, { "    3  ", "creator_exit" } },
	{ &verb_errors, { "1", "--json" }, 0,
	  { "{\"id\": 1, \"last\": 3, \"entries\": [{\"sequence\": 1, ", "\"error\": null}",
	    "\"text\": \"more is in \\\"use\\\"\"}}" } },
	{ &verb_errors, { "--ended" }, 0,
	  { "VM 3 (serial 30, user 7):\n    9  ", "refused VMH_SET_LIMITS: EINVAL: not a value\n",
	    "expected 2 (0x2)\n   10  ", "VM 4 \"gone\" (serial 31, user 7):\n   11  " } },
	{ &verb_errors, { "--ended", "--json" }, 0,
	  { "[{\"id\": 3, \"serial\": 30, \"name\": \"\", \"uid\": 7, ",
	    "\"uid\": 7, \"entry\": {\"sequence\": 9, ",
	    "\"name\": \"gone\", \"uid\": 7, \"entry\": {\"sequence\": 11, " } },
	{ &verb_errors, { "--ended", "1" }, 2, { "what is '1'?" } },
	{ &verb_errors, { "--ended", "--follow" }, 2, { "nothing to follow" } },
	{ &verb_errors, { NULL }, 2, { "which VM?" } },
	{ &verb_errors, { "1", "--json", "--follow" }, 0,
	  { "\"error\": null}\n{\"sequence\": 2" } },

	{ &verb_regs, { "1" }, 0,
	  { "vCPU 0\n  rip 0000000000001234 rflags 00000002\n  rax ", "  cr0 00000011 cr2 ",
	    "\n  cs ",
	    "vCPU 1\n  rip " } },
	{ &verb_regs, { "1", "--cpu", "1", "--json" }, 0,
	  { "[{\"vcpu\": 1, \"rip\": 4660, ", "\"gdt\": {\"base\": 0, ", "}}]\n" } },
	{ &verb_regs, { "1", "--cpu", "2" }, 1, { "VM 1 \"web\" has no such vCPU" } },
	{ &verb_regs, { "1", "--cpu", "256" }, 2, { "--cpu 256: not the number of a vCPU" } },
	{ &verb_regs, { "51" }, 1, { "code NOT_TRACEABLE" } },
	{ &verb_memory, { "1", "0x20", "0x14" }, 0,
	  { "0000000000000020  20 21 22 23 24 25 26 27  28 29 2a 2b 2c 2d 2e 2f  ",
	    "| !\"#$%&'()*+,-./|\n",
	    "0000000000000030  30 31 32 33                                       |0123|\n" } },
	{ &verb_memory, { "1", "0" }, 0, { "00000000000000f0  f0 f1 " } },
	{ &verb_memory, { "1", "0xff8", "16", "--raw" }, 0,
	  { "\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xff" } },
	{ &verb_memory, { "1", "0x10000", "16" }, 1,
	  { "0000000000010000  00 01 02 03 04 05 06 07  ", "0x10008: there the memory ends" } },
	{ &verb_memory, { "1", "0x20000" }, 1, { "cannot read memory", "code NO_GUEST_MEMORY" } },
	{ &verb_memory, { "1", "0xffff800000000120", "16", "--virtual" }, 0,
	  { "ffff800000000120  20 21 " } },
	{ &verb_memory, { "1", "0xffff800000001ff8", "16", "--virtual" }, 1,
	  { "ffff800000001ff8  f8 f9 ", "0xffff800000002000: nothing is mapped there" } },
	{ &verb_memory, { "1", "0", "--virtual", "--cpu", "9" }, 1, { "has no vCPU 9" } },
	{ &verb_memory, { "1", "0", "--cpu", "0" }, 2, { "only --virtual asks a vCPU" } },
	{ &verb_memory, { "1" }, 2, { "something is missing after '1'" } },
	{ &verb_memory, { "1", "x" }, 2, { "x: not an address" } },
	{ &verb_memory, { "1", "0", "0" }, 2, { "0: not a size" } },
	{ &verb_memory, { "1", "0", "1", "2" }, 2, { "what is '2'?" } },
	{ &verb_memory, { "1", "0xffffffffffffffff", "2" }, 2, { "beyond the last address" } },

	{ &verb_top, { "-n", "2", "-d", "0.01" }, 0,
	  { "vmhctl top, ", "  1 web          running ", "exits/s: cpuid " } },
	{ &verb_top, { "--json", "-d0.01" }, 0,
	  { "{\"interval_ns\": ", "\"reasons_per_s\": {\"cpuid\": ", "}]}\n" } },
	{ &verb_top, { "-n", "1", "-d", "0.01", "--sort", "name" }, 0,
	  { " VMs by name\n", "running ", "exits/s: cpuid " } },
	{ &verb_top, { "-s", "size" }, 2, { "--sort size: not one of load|exits|memory" } },
	{ &verb_top, { "-d", "0" }, 2, { "--delay 0: not a number" } },
	{ &verb_top, { "-d", "nan" }, 2, { "--delay nan: not a number" } },
	{ &verb_top, { "-d", "1x" }, 2, { "--delay 1x: not a number" } },
	{ &verb_top, { "-n", "0" }, 2, { "--count 0: not a number" } },
	{ &verb_top, { "1" }, 2, { "what is '1'?" } },

	{ &verb_report, { NULL }, 0,
	  { "(vmh ABI ", "\nVMs\n  6 that you may look at\nVM 1: running, 2 vCPUs\n",
	    "128 MiB           3\n", "\nKernel\n  release  ", "\nVT-x\n  CPUID shows " } },
	{ &verb_report, { "1" }, 2, { "what is '1'?" } },

	{ &verb_version, { NULL }, 0, { "vmhctl ", " (vmh ABI 1)\n" } },
	{ &verb_version, { "1" }, 2, { "what is '1'?" } },
};

START_TEST(verb_row)
{
	int status = run(cases[_i].verb, cases[_i].args);

	ck_assert_msg(status == cases[_i].status, "%s: status %d\n%s", cases[_i].verb->name, status,
		      said);
	for (size_t i = 0; i < ARRAY_SIZE(cases[0].says) && cases[_i].says[i]; i++)
		ck_assert_msg(strstr(said, cases[_i].says[i]), "%s: no '%s' in\n%s",
			      cases[_i].verb->name, cases[_i].says[i], said);
}
END_TEST

/* A refused row leaves the others unset too: nothing was called before all were understood. */
START_TEST(all_or_nothing)
{
	static const char *const args[] = { "1", "set", "exits=5", "run=x", NULL };

	ck_assert_int_eq(run(&verb_limits, args), VMHCTL_USAGE);
	ck_assert_uint_eq(list_calls, 0);
	ck_assert_uint_eq(exits_limit, VMH_NO_LIMIT);
}
END_TEST

/* More than one call of LIST_VMS holds: whole pages, and one that is not full or is empty. */
START_TEST(many_row)
{
	static const size_t counts[] = { 0, 1, 63, 64, 65, 128, VMS_MAX };
	size_t lines = 0;

	nr_vms = counts[_i];
	for (size_t i = 0; i < nr_vms; i++)
		vms[i] = (struct vmh_vm_entry){ .vm_id = 3 * i + 1, .serial = i + 1 };
	ck_assert_int_eq(run(&verb_list, (const char *[]){ NULL }), VMHCTL_OK);
	for (const char *c = said; *c; c++)
		lines += *c == '\n';
	ck_assert_uint_eq(lines, 1 + nr_vms);
	ck_assert_uint_eq(list_calls, nr_vms / 64 + 1);
}
END_TEST

/* Every verb explains itself and each of its options, and does nothing else then. */
START_TEST(help_row)
{
	static const struct verb *const verbs[] = {
		&verb_list, &verb_show, &verb_pause, &verb_resume, &verb_terminate, &verb_limits,
		&verb_top, &verb_errors, &verb_report, &verb_version, &verb_stop, &verb_wait,
		&verb_regs, &verb_memory,
	};

	ck_assert_int_eq(run(verbs[_i], (const char *[]){ "--help", NULL }), VMHCTL_OK);
	ck_assert_str_eq(said, verbs[_i]->help);
	ck_assert_ptr_nonnull(strstr(said, "--device PATH"));
	ck_assert_ptr_nonnull(strstr(said, "Exit codes:"));
	ck_assert_uint_eq(list_calls, 0);
}
END_TEST

/* A VM that was running runs again, one that was paused does not. */
START_TEST(looked_into)
{
	ck_assert_int_eq(run(&verb_regs, (const char *[]){ "1", NULL }), VMHCTL_OK);
	ck_assert_uint_eq(vms[0].state, VMH_STATE_RUNNING);
	ck_assert_int_eq(run(&verb_regs, (const char *[]){ "2", NULL }), VMHCTL_OK);
	ck_assert_uint_eq(vms[1].state, VMH_STATE_PAUSED);
	ck_assert_int_eq(run(&verb_memory, (const char *[]){ "1", "0x20000", NULL }),
			 VMHCTL_REFUSED);
	ck_assert_uint_eq(vms[0].state, VMH_STATE_RUNNING);
}
END_TEST

static atomic_uint state_at_signal;

static void on_signal_record(int signal)
{
	(void)signal;
	state_at_signal = vms[0].state;
}

/* What would end this process comes when the VM runs again; nothing is read for it meanwhile. */
START_TEST(looked_into_and_killed)
{
	static const int all[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGTSTP };
	static const char *const memory[] = { "1", "0", "0x8000", NULL };
	static const char *const regs[] = { "1", NULL };
	struct sigaction before, action = { .sa_handler = on_signal_record };
	int signal_number = all[_i % 6];

	sigaction(signal_number, &action, &before);
	state_at_signal = UINT_MAX;
	signal_in_call = signal_number;
	run(_i < 6 ? &verb_regs : &verb_memory, _i < 6 ? regs : memory);
	sigaction(signal_number, &before, NULL);
	ck_assert_uint_eq(state_at_signal, VMH_STATE_RUNNING);
	ck_assert_uint_eq(memory_calls, _i < 6 ? 0 : 1);
}
END_TEST

/* Read what is drawn on a terminal until it holds @text. */
static void wait_for_text(int terminal, const char *text)
{
	size_t nr = 0;

	said[0] = '\0';
	while (!strstr(said, text)) {
		ssize_t count = read(terminal, said + nr, sizeof(said) - 1 - nr);

		ck_assert_msg(count > 0, "not seen: %s", text);
		nr += count;
		said[nr] = '\0';
	}
}

static const struct {
	const char *typed;
	const char *seen;
} looks[] = {
	{ "", "40 VMs by load; l, e, m, n, i sort; q quits" },
	{ "", "0 above, 30 more" },
	{ "\033[6~", "10 above, 20 more" },
	{ "\033[B", "11 above, 19 more" },
	{ "\033[F", "30 above, 0 more" },
	{ "\033[H", "0 above, 30 more" },
	{ "i", "40 VMs by id" },
};

/* More VMs than there is room for: those that are seen are whole, and all can be. */
START_TEST(top_on_a_terminal)
{
	int terminal, status;
	pid_t pid;

	/* The played ioctl() knows of no size: 24 lines it is. */
	for (nr_vms = 0; nr_vms < 40; nr_vms++)
		vms[nr_vms] = (struct vmh_vm_entry){
			.vm_id = nr_vms + 1, .serial = nr_vms + 1, .state = VMH_STATE_RUNNING };
	setenv("TERM", "dumb", 1);
	fflush(NULL);
	pid = forkpty(&terminal, NULL, NULL, NULL);
	if (!pid)
		_exit(run(&verb_top, (const char *[]){ "-d", "0.05", NULL }));
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++) {
		ck_assert_int_eq(write(terminal, looks[i].typed, strlen(looks[i].typed)),
				 strlen(looks[i].typed));
		wait_for_text(terminal, looks[i].seen);
	}
	ck_assert_int_eq(write(terminal, "q", 1), 1);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	close(terminal);
}
END_TEST

static void fits(const char *verb, const char *text)
{
	for (const char *end; *text; text = *end ? end + 1 : end) {
		end = strchrnul(text, '\n');
		ck_assert_msg(end - text < 80, "%s: %.*s", verb, (int)(end - text), text);
	}
}

START_TEST(help_fits)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; verbs[i]; i++)
		fits(verbs[i]->name, verbs[i]->help);
	verbs_print(out);
	fclose(out);
	fits("--help", text);
	free(text);
}
END_TEST

/* Each verb by its name, some by what others call them, and what else was meant. */
START_TEST(names)
{
	for (size_t i = 0; verbs[i]; i++)
		ck_assert_ptr_eq(verb_find(verbs[i]->name), verbs[i]);
	ck_assert_ptr_eq(verb_find("ls"), &verb_list);
	ck_assert_ptr_eq(verb_find("ps"), &verb_list);
	ck_assert_ptr_eq(verb_find("kill"), &verb_terminate);
	ck_assert_ptr_null(verb_find("lsit"));
	ck_assert_int_eq(verb_unknown("lsit"), VMHCTL_USAGE);
	ck_assert_int_eq(verb_unknown("frobnicate"), VMHCTL_USAGE);
	rewind(both);
	said[fread(said, 1, sizeof(said) - 1, both)] = '\0';
	ck_assert_ptr_nonnull(strstr(said, "no verb 'lsit'; did you mean 'list'?"));
	ck_assert_ptr_nonnull(strstr(said, "no verb 'frobnicate'; see 'vmhctl --help'"));
}
END_TEST

Suite *verbs_suite(void)
{
	Suite *suite = suite_create("verbs");

	add(suite, "verbs", verb_row, ROWS(cases));
	add(suite, "all or nothing", all_or_nothing, 1);
	add(suite, "many", many_row, 7);
	add(suite, "help", help_row, 14);
	add(suite, "looked into", looked_into, 1);
	add(suite, "looked into, and killed", looked_into_and_killed, 12);
	add(suite, "top on a terminal", top_on_a_terminal, 1);
	add_test(suite, "80 columns", help_fits);
	add(suite, "names", names, 1);
	return suite;
}
