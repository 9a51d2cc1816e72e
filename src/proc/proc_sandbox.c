/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <seccomp.h>

#include "os/file.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* ---- Landlock ---- */

/* Rights of ABI 1 are in Debian 12's header; later ones are spelt out, since
 * that header knows ABI 2 only (linux/landlock.h of 6.x). */
#define ACCESS_ABI1 ((1ULL << 13) - 1)
#define ACCESS_REFER (1ULL << 13)
#define ACCESS_TRUNCATE (1ULL << 14)
#define ACCESS_IOCTL (1ULL << 15)
#define NET_ALL 3ULL
#define NET_BIND 1ULL

struct ruleset_attr { /* 24 bytes; a prefix of it for older ABIs */
	uint64_t fs;
	uint64_t net;
	uint64_t scoped;
};

/* WEIR_LANDLOCK_ABI takes rights away as an older kernel has them: for tests. */
static int
abi(void)
{
	long n = syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION);
	const char *older = getenv("WEIR_LANDLOCK_ABI");

	if (n > 0 && older != NULL && older[0] >= '1' && older[0] <= '9' &&
		older[0] - '0' < n)
		n = older[0] - '0';
	return n < 0 ? 0 : (int)n;
}

static uint64_t
fs_rights(int version)
{
	uint64_t rights = ACCESS_ABI1;

	if (version >= 2)
		rights |= ACCESS_REFER;
	if (version >= 3)
		rights |= ACCESS_TRUNCATE;
	if (version >= 5)
		rights |= ACCESS_IOCTL;
	return rights;
}

/* What may be done to a file that is no folder. */
#define FILE_RIGHTS                                                            \
	((uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE |                             \
		    LANDLOCK_ACCESS_FS_WRITE_FILE) |                           \
		ACCESS_TRUNCATE)
#define READ_RIGHTS                                                            \
	((uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR))

static enum err
allow_below(int ruleset, int fd, uint64_t rights)
{
	struct landlock_path_beneath_attr below = {
		.allowed_access =
			rights & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE,
		.parent_fd = fd,
	};
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_origin(ERR_IO);
	if (!S_ISDIR(st.st_mode))
		below.allowed_access &= FILE_RIGHTS;
	return syscall(SYS_landlock_add_rule, ruleset,
		       LANDLOCK_RULE_PATH_BENEATH, &below, 0) == 0
		       ? ERR_OK
		       : err_origin(ERR_IO);
}

/* The first `n_written` may be changed, the others only read; `net` is what
 * is refused of TCP. */
static enum err
enter_landlock(const int *fds, size_t n, size_t n_written, uint64_t net)
{
	int version = abi();
	struct ruleset_attr attr = {
		.fs = fs_rights(version),
		.net = version >= 4 ? net : 0,
	};
	size_t size = version >= 4 ? 16 : 8;
	OWNED_FD ruleset = -1;
	enum err e = ERR_OK;

	if (version == 0)
		return ERR_OK;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
	if (ruleset < 0)
		return err_origin(ERR_IO);
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = allow_below(ruleset, fds[i],
			i < n_written ? attr.fs : attr.fs & READ_RIGHTS);
	if (e == ERR_OK && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		e = err_origin(ERR_IO);
	return e;
}

enum err
proc_sandbox_judge(const int *files, size_t n, size_t n_written)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_origin(ERR_IO);
	return enter_landlock(files, n, n_written, NET_ALL);
}

/* ---- seccomp ---- */

/* What glibc, OpenSSL and our loops ask for once everything is open. */
static const int calls_all[] = {
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(lseek),
	SCMP_SYS(pread64),
	SCMP_SYS(mmap),
	SCMP_SYS(munmap),
	SCMP_SYS(mprotect),
	SCMP_SYS(mremap),
	SCMP_SYS(brk),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(tgkill),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getrandom),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(sched_yield),
	SCMP_SYS(recvfrom),
	SCMP_SYS(sendto),
	SCMP_SYS(getrusage),
	SCMP_SYS(sched_getaffinity),
};

static const int calls_vault[] = {
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(mincore),
};

static const int calls_keeper[] = {
	SCMP_SYS(openat),
	SCMP_SYS(pwrite64),
	SCMP_SYS(fsync),
	SCMP_SYS(fdatasync),
	SCMP_SYS(syncfs),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(mkdirat),
	SCMP_SYS(mkdir),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(ftruncate),
	SCMP_SYS(fallocate),
	SCMP_SYS(flock),
	SCMP_SYS(fcntl),
	SCMP_SYS(getdents64),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(statx),
	SCMP_SYS(umask),
	SCMP_SYS(fchmod),
	SCMP_SYS(dup),
	SCMP_SYS(geteuid),
};

/* HTTP on a socket that listens already: no other socket is opened. */
static const int calls_witness[] = {
	SCMP_SYS(accept4),
	SCMP_SYS(poll),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(sendmsg),
	SCMP_SYS(recvmsg),
	SCMP_SYS(setsockopt),
	SCMP_SYS(getsockopt),
	SCMP_SYS(getsockname),
	SCMP_SYS(getpeername),
	SCMP_SYS(shutdown),
	SCMP_SYS(ioctl),
	SCMP_SYS(eventfd2),
};

/* Names resolved, sockets to the outside, and files for reading. */
static const int calls_courier[] = {
	SCMP_SYS(socket),
	SCMP_SYS(socketpair),
	SCMP_SYS(connect),
	SCMP_SYS(bind), /* netlink, in getaddrinfo(); TCP by Landlock */
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendmmsg),
	SCMP_SYS(recvmsg),
	SCMP_SYS(setsockopt),
	SCMP_SYS(getsockopt),
	SCMP_SYS(getsockname),
	SCMP_SYS(getpeername),
	SCMP_SYS(shutdown),
	SCMP_SYS(ioctl),
	SCMP_SYS(fcntl),
	SCMP_SYS(pipe2),
	SCMP_SYS(eventfd2),
	SCMP_SYS(openat),
	SCMP_SYS(uname),
	SCMP_SYS(sysinfo),
	SCMP_SYS(geteuid),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(clock_getres),
};

/* A pair for each question; no socket else. */
static const int calls_gate[] = {
	SCMP_SYS(socketpair),
	SCMP_SYS(kill), /* abort() of a library */
	SCMP_SYS(prlimit64),
};

/* A judge that stays: SQLite, its log, and who sends to it; and at its end it
 * waits for its own processes. */
static const int calls_intake[] = {
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(sendmsg),
	SCMP_SYS(recvmsg),
	SCMP_SYS(shutdown),
	SCMP_SYS(wait4),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(lstat),
	SCMP_SYS(stat),
	SCMP_SYS(readlink),
	SCMP_SYS(getcwd),
	SCMP_SYS(fchown), /* SQLite, where it runs as root */
	SCMP_SYS(utimensat),
	SCMP_SYS(linkat),
	SCMP_SYS(prlimit64),
	SCMP_SYS(sysinfo),
	SCMP_SYS(kill), /* abort() of a library */
	SCMP_SYS(sync_file_range),
};

/* What no process of the service has a use for: programs, other processes, the
 * machine. */
static const int calls_never[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(setns),
	SCMP_SYS(unshare),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(reboot),
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
	SCMP_SYS(clock_settime),
	SCMP_SYS(settimeofday),
	SCMP_SYS(iopl),
	SCMP_SYS(ioperm),
};

/* And the desk and its workers hear nobody from outside. */
static const int calls_not_desk[] = {
	SCMP_SYS(listen),
	SCMP_SYS(accept),
	SCMP_SYS(accept4),
};

static bool
allow(scmp_filter_ctx filter, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0) != 0)
			return false;
	return true;
}

/*
 * Threads, and no process: a filter sees the flags of clone, but not those of
 * clone3, which lie in memory.  Told that there is none, glibc takes clone.
 */
static bool
allow_threads(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp thread = {
		.arg = 0,
		.op = SCMP_CMP_MASKED_EQ,
		.datum_a = CLONE_THREAD,
		.datum_b = CLONE_THREAD,
	};

	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
		       SCMP_SYS(clone3), 0) == 0 &&
	       seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone),
		       1, &thread) == 0;
}

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Which list is whose; the profiles entered in their own way after the others. */
#define OF(profile) (1U << (profile))
enum { COURIER = SANDBOX_WITNESS + 1, GATE, INTAKE };
static const struct {
	const int *calls;
	size_t n;
	unsigned profiles;
} lists[] = {
	{calls_all, N_OF(calls_all), ~0U},
	{calls_courier, N_OF(calls_courier), OF(COURIER)},
	{calls_vault, N_OF(calls_vault),
		OF(SANDBOX_VAULT) | OF(COURIER) | OF(INTAKE)},
	{calls_keeper, N_OF(calls_keeper),
		OF(SANDBOX_KEEPER) | OF(SANDBOX_WITNESS) | OF(GATE) |
			OF(INTAKE)},
	{calls_witness, N_OF(calls_witness), OF(SANDBOX_WITNESS) | OF(GATE)},
	{calls_gate, N_OF(calls_gate), OF(GATE)},
	{calls_intake, N_OF(calls_intake), OF(INTAKE)},
};

static bool
enter_seccomp(int profile)
{
	const unsigned threads = OF(SANDBOX_VAULT) | OF(COURIER) | OF(INTAKE);
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool ok = filter != NULL;

	for (size_t i = 0; ok && i < N_OF(lists); i++)
		if ((lists[i].profiles & OF(profile)) != 0)
			ok = allow(filter, lists[i].calls, lists[i].n);
	if (ok && (threads & OF(profile)) != 0)
		ok = allow_threads(filter);
	ok = ok && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return ok;
}

enum err
proc_sandbox_enter(
	enum proc_sandbox_profile profile, const int *folders, size_t n_folders)
{
	enum err e;

	must(profile == SANDBOX_KEEPER || profile == SANDBOX_WITNESS ||
		n_folders == 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return err_origin(ERR_IO);
	e = enter_landlock(folders, n_folders, n_folders, NET_ALL);
	if (e != ERR_OK)
		return e;
	/* A kernel without seccomp filters answers EINVAL: Landlock holds. */
	if (!SANITIZED && !enter_seccomp((int)profile) && abi() == 0)
		return err_origin(ERR_IO);
	return ERR_OK;
}

enum err
proc_sandbox_courier(const int *files, size_t n)
{
	enum err e;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return err_origin(ERR_IO);
	e = enter_landlock(files, n, 0, NET_BIND);
	if (e == ERR_OK && !SANITIZED && !enter_seccomp(COURIER) && abi() == 0)
		e = err_origin(ERR_IO);
	return e;
}

enum err
proc_sandbox_intake(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return err_origin(ERR_IO);
	return SANITIZED || enter_seccomp(INTAKE) || abi() > 0
		       ? ERR_OK
		       : err_origin(ERR_IO);
}

enum err
proc_sandbox_gate(int folder)
{
	enum err e;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return err_origin(ERR_IO);
	e = enter_landlock(&folder, 1, 1, NET_ALL);
	if (e == ERR_OK && !SANITIZED && !enter_seccomp(GATE) && abi() == 0)
		e = err_origin(ERR_IO);
	return e;
}

/* All but these; and sockets only as the courier below it needs them. */
static bool
forbid(bool desk)
{
	const struct scmp_arg_cmp other = {
		.arg = 0, .op = SCMP_CMP_GT, .datum_a = AF_NETLINK};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	bool ok = filter != NULL &&
		  seccomp_rule_add_array(filter, SCMP_ACT_KILL_PROCESS,
			  SCMP_SYS(socket), 1, &other) == 0;

	for (size_t i = 0; ok && i < N_OF(calls_never); i++)
		ok = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS,
			     calls_never[i], 0) == 0;
	for (size_t i = 0; ok && desk && i < N_OF(calls_not_desk); i++)
		ok = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS,
			     calls_not_desk[i], 0) == 0;
	ok = ok && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return ok;
}

enum err
proc_sandbox_parent(int folder)
{
	static const char *const read[] = {
		"/usr", "/lib", "/lib64", "/etc", "/dev", "/proc"};
	enum { N = N_OF(read) };
	int fds[N + 1] = {folder};
	size_t n = 1;
	enum err e;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_origin(ERR_IO);
	for (size_t i = 0; i < N; i++) {
		fds[n] = open(read[i], O_PATH | O_CLOEXEC);
		n += fds[n] >= 0;
	}
	e = enter_landlock(fds, n, 1, NET_BIND);
	while (n > 1)
		os_close(&fds[--n]);
	if (e == ERR_OK && !SANITIZED && !forbid(false) && abi() == 0)
		e = err_origin(ERR_IO);
	return e;
}

enum err
proc_sandbox_desk(void)
{
	return SANITIZED || forbid(true) || abi() > 0 ? ERR_OK
						      : err_origin(ERR_IO);
}

const char *
proc_sandbox_text(void)
{
	static char text[64];
	int version = abi();

	if (version > 0)
		(void)snprintf(text, sizeof(text), "Landlock ABI %d%s%s",
			version,
			version < 3   ? " (no truncate, no TCP)"
			: version < 4 ? " (no TCP)"
				      : "",
			SANITIZED ? "" : ", seccomp");
	else
		(void)snprintf(text, sizeof(text), "no Landlock%s",
			SANITIZED ? ", no seccomp" : ", seccomp");
	return text;
}
