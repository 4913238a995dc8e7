// SPDX-License-Identifier: GPL-2.0
/* ticks NAME FILE COMMAND...: run a command; append to FILE how many ticks of the TSC it took. */
#include <err.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

int main(int argc, char **argv)
{
	unsigned long long start = __rdtsc();
	int status;
	FILE *file;
	pid_t pid;

	if (argc < 4)
		errx(2, "usage: ticks NAME FILE COMMAND...");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		execvp(argv[3], argv + 3);
		err(127, "%s", argv[3]);
	}
	if (waitpid(pid, &status, 0) < 0)
		err(1, "waitpid");
	file = fopen(argv[2], "a");
	if (!file)
		err(1, "%s", argv[2]);
	fprintf(file, "%s 1 %llu\n", argv[1], __rdtsc() - start);
	if (fclose(file))
		err(1, "%s", argv[2]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
