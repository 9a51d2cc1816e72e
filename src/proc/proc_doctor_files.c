/* SPDX-License-Identifier: Apache-2.0 */
/* The folder, its files, and the machine that they are on. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/code.h"
#include "base/read.h"
#include "crypto/crypto.h"
#include "ledger/keyfile.h"
#include "os/file.h"
#include "proc/proc_doctor_int.h"
#include "proc/proc_log.h"
#include "proc/proc_sandbox.h"

enum {
	MIB = 1 << 20,
	ROOM_WRONG = 64, /* MiB that are free */
	ROOM_LOOK = 1024,
	PATH_BYTES = 512,
	KEY_FILE = 1 << 16,
	CERT_FILE = 1 << 20,
	CERT_DAYS = 30,
	LOCKED_TCP = 4, /* Landlock's ABI from which it refuses TCP */
};

/* ---- modes and owners ---- */

static const struct {
	const char *name;
	mode_t mode;    /* no bit more than these */
	bool is_folder; /* its files too, each 0600 but certificates */
} guarded[] = {
	{"secret", 0700, true},
	{"keeper", 0700, true},
	{"law", 0755, false},
	{"roll", 0700, false},
	{"batches", 0700, false},
	{"sealed", 0700, false},
	{"log", 0700, true},
	{"ledger", 0755, false},
	{"outbox", 0755, false},
	{"store.db", 0600, false},
	{"service/server.key", 0600, false},
	{"redo", 0600, false},
	{"lock", 0600, false},
};

static enum err
look_mode(struct doctor *d, const char *name, mode_t most, uid_t owner)
{
	char todo[PATH_BYTES];
	struct stat st;
	enum err e = ERR_OK;

	if (fstatat(d->dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT
			       ? ERR_OK /* others say what is missing */
			       : doctor_tell(d, DOCTOR_WRONG,
					 "see to it that it can be read",
					 "%s/%s: %s", d->options->path, name,
					 strerror(errno));
	(void)snprintf(todo, sizeof(todo), "chmod %04o %s/%s", most,
		d->options->path, name);
	if ((st.st_mode & 07777 & ~most) != 0)
		e = doctor_tell(d, DOCTOR_WRONG, todo,
			"%s/%s: its mode is %04o, others can get at it",
			d->options->path, name, st.st_mode & 07777);
	if (e == ERR_OK && st.st_uid != owner)
		e = doctor_tell(d, DOCTOR_WRONG,
			"give it to the owner of the folder (chown)",
			"%s/%s belongs to another user (%u, not %u)",
			d->options->path, name, st.st_uid, owner);
	return e;
}

static bool
is_public(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && strcmp(name + n - 4, ".crt") == 0;
}

static enum err
look_inside(struct doctor *d, const char *folder, uid_t owner)
{
	int fd = openat(d->dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	enum err e = ERR_OK;

	if (dir == NULL)
		return ERR_OK;
	while (e == ERR_OK && (entry = readdir(dir)) != NULL) {
		char name[PATH_BYTES];

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(
			name, sizeof(name), "%s/%s", folder, entry->d_name);
		e = look_mode(d, name,
			is_public(entry->d_name)  ? 0644
			: entry->d_type == DT_DIR ? 0700
						  : 0600,
			owner);
	}
	(void)closedir(dir);
	return e;
}

enum err
doctor_modes(struct doctor *d)
{
	struct stat st;
	enum err e = ERR_OK;

	if (fstat(d->dir, &st) != 0)
		return err_origin(ERR_IO);
	if ((st.st_mode & 0022) != 0)
		e = doctor_tell(d, DOCTOR_WRONG, "chmod go-w it",
			"%s: others may write into it", d->options->path);
	for (size_t i = 0;
		e == ERR_OK && i < sizeof(guarded) / sizeof(*guarded); i++) {
		e = look_mode(d, guarded[i].name, guarded[i].mode, st.st_uid);
		if (e == ERR_OK && guarded[i].is_folder)
			e = look_inside(d, guarded[i].name, st.st_uid);
	}
	return e;
}

/* ---- files that were never finished ---- */

static enum err
look_left(struct doctor *d, const char *folder)
{
	int fd = openat(d->dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	enum err e = ERR_OK;

	if (dir == NULL)
		return ERR_OK;
	while (e == ERR_OK && (entry = readdir(dir)) != NULL) {
		size_t n = strlen(entry->d_name);

		if (n > 4 && strcmp(entry->d_name + n - 4, ".new") == 0)
			e = doctor_tell(d, DOCTOR_LOOK,
				"remove it when no verb is at work",
				"%s/%s/%s was being written when something "
				"stopped",
				d->options->path, folder, entry->d_name);
	}
	(void)closedir(dir);
	return e;
}

enum err
doctor_leftovers(struct doctor *d)
{
	static const char *const folders[] = {
		".", "secret", "keeper", "ledger", "law", "roll", "log"};
	enum err e = ERR_OK;

	for (size_t i = 0;
		e == ERR_OK && i < sizeof(folders) / sizeof(*folders); i++)
		e = look_left(d, folders[i]);
	if (e == ERR_OK && os_exists(d->dir, "redo.damaged"))
		e = doctor_tell(d, DOCTOR_LOOK,
			"find out what happened to that disk; keep the file "
			"apart, then remove it",
			"%s/redo.damaged: a redo log broke off and was set "
			"aside",
			d->options->path);
	return e;
}

/* ---- the disk ---- */

enum err
doctor_disk(struct doctor *d)
{
	struct statvfs fs;
	uint64_t mib;

	if (fstatvfs(d->dir, &fs) != 0)
		return err_origin(ERR_IO);
	if ((fs.f_flag & ST_RDONLY) != 0)
		return doctor_tell(d, DOCTOR_WRONG, "mount it for writing",
			"%s is on a disk that is mounted read-only",
			d->options->path);
	mib = (uint64_t)fs.f_bavail * fs.f_frsize / MIB;
	if (fs.f_files > 0 && fs.f_favail < 10000)
		return doctor_tell(d, DOCTOR_WRONG,
			"another file system, or fewer files on this one",
			"%" PRIu64
			" files can be made yet: each package is one",
			(uint64_t)fs.f_favail);
	if (mib < ROOM_LOOK)
		return doctor_tell(d,
			mib < ROOM_WRONG ? DOCTOR_WRONG : DOCTOR_LOOK,
			"make room: rolls that no replay needs, packages that "
			"were fetched",
			"%" PRIu64 " MiB are free", mib);
	return ERR_OK;
}

enum err
doctor_system(struct doctor *d)
{
	static const struct {
		unsigned long type;
		const char *name;
		const char *what;
	} known[] = {
		{TMPFS_MAGIC, "tmpfs", "is memory: all is gone with the power"},
		{RAMFS_MAGIC, "ramfs", "is memory: all is gone with the power"},
		{NFS_SUPER_MAGIC, "NFS",
			"is a network's: locks and syncs are "
			"not what SQLite needs"},
		{SMB_SUPER_MAGIC, "SMB",
			"is a network's: locks and syncs are "
			"not what SQLite needs"},
		{0xff534d42, "CIFS",
			"is a network's: locks and syncs are not "
			"what SQLite needs"},
		{0x65735546, "FUSE",
			"is a program's: ask its maker what a "
			"sync does"},
		{OVERLAYFS_SUPER_MAGIC, "overlayfs",
			"goes with its container, and some are mounted "
			"without syncs"},
	};
	struct statfs fs;

	if (fstatfs(d->dir, &fs) != 0)
		return err_origin(ERR_IO);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if ((unsigned long)fs.f_type == known[i].type)
			return doctor_tell(d,
				d->sandbox || i > 3 ? DOCTOR_LOOK
						    : DOCTOR_WRONG,
				"ext4 or XFS on a disk of this machine",
				"the file system is %s, which %s",
				known[i].name, known[i].what);
	return ERR_OK;
}

/* ---- keys ---- */

static enum err
look_secret(struct doctor *d, const char *name, bool needed)
{
	OWNED_BUF(key, KEY_FILE);
	enum err e = os_read(d->dir, name, &key);

	if (e == ERR_NOT_FOUND && !needed)
		return ERR_OK;
	if (e == ERR_OK && key.n == CRYPTO_KEY)
		return ERR_OK;
	return doctor_tell(d, DOCTOR_WRONG,
		"restore it from a back-up of the keys: without it the sealed "
		"openings are lost",
		"%s/%s: %s", d->options->path, name,
		e == ERR_OK ? "not a key's length" : err_text(e));
}

static enum err
look_signing(struct doctor *d)
{
	char path[INSTANCE_FILE_MAX];
	struct instance_actor own = {0};
	struct why why = {""};
	enum err e;

	if (d->shadow)
		return os_exists(d->dir, "secret/signing.key")
			       ? doctor_tell(d, DOCTOR_WRONG, DOCTOR_NO_SHADOW,
					 "%s/secret/signing.key: a shadow has "
					 "no key to answer with",
					 d->options->path)
			       : ERR_OK;
	if (snprintf(path, sizeof(path), "%s/secret/signing.key",
		    d->options->path) >= (int)sizeof(path))
		return ERR_TOO_LARGE;
	e = instance_actor_read(path, &own, &why);
	instance_actor_fini(&own);
	return e == ERR_OK ? ERR_OK
			   : doctor_tell(d, DOCTOR_WRONG,
				     "restore both from a back-up of the keys",
				     "%s", why.text);
}

/* Of a key kept in a file: is the public one the ledger's? */
static enum err
look_keeper(struct doctor *d)
{
	OWNED_BUF(file, KEY_FILE);
	OWNED_BUF(vkey, KEY_FILE);
	uint8_t seed[CRYPTO_ED_SEED];
	uint8_t public[CRYPTO_ED_PUBLIC];
	struct ledger_vkey key;
	struct reader r;
	enum err e = os_read(d->dir, "keeper/key", &file);
	struct span line;

	if (e == ERR_OK)
		e = os_read(d->dir, "ledger/ledger.vkey", &vkey);
	if (e != ERR_OK)
		return doctor_tell(d, DOCTOR_WRONG,
			"restore keeper/ and ledger/ from a back-up",
			"keeper/key and ledger/ledger.vkey: %s", err_text(e));
	r = read_from(buf_span(&file));
	(void)read_line(&r);
	(void)read_line(&r);
	line = read_line(&r);
	if (!read_ok(&r) || !code_hex_parse(line, seed, sizeof(seed)))
		return ERR_OK; /* the keeper has it in another form */
	e = crypto_ed_public(seed, public);
	explicit_bzero(seed, sizeof(seed));
	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&vkey));
	while (r.left.n > 0 && read_ok(&r))
		if (ledger_vkey_parse(read_line(&r), &key) == ERR_OK &&
			memcmp(key.public, public, sizeof(public)) == 0)
			return ERR_OK;
	return doctor_tell(d, DOCTOR_WRONG,
		"restore keeper/ and ledger/ from the same back-up",
		"keeper/key is not the key of ledger/ledger.vkey");
}

/* Who takes keeper/ takes both: then the next key guards against nothing.  One
 * in a module is no secret, nor is what cannot be read a key. */
static enum err
look_next(struct doctor *d)
{
	OWNED_BUF(file, LEDGER_KEYFILE_MAX);
	struct ledger_keyfile key;
	bool here;
	enum err e = os_read(d->dir, "keeper/next", &file);

	if (e == ERR_OK)
		e = ledger_keyfile_parse("ledger", buf_span(&file), &key);
	if (e != ERR_OK)
		return ERR_OK;
	here = key.uri[0] == '\0';
	ledger_keyfile_wipe(&key);
	return here ? doctor_tell(d, DOCTOR_LOOK,
			      "take the file to where no copy of keeper/ is, and "
			      "bring it back for the day of the change "
			      "(docs/KEYS.md)",
			      "keeper/next, the ledger's next key, lies beside the "
			      "one in use: a thief of the folder has both")
		    : ERR_OK;
}

enum err
doctor_keys(struct doctor *d)
{
	enum err e = look_secret(d, "secret/evidence.key", true);

	if (e == ERR_OK)
		e = look_secret(d, "secret/subject.key", false);
	if (e == ERR_OK)
		e = look_signing(d);
	if (e == ERR_OK)
		e = look_keeper(d);
	return e == ERR_OK ? look_next(d) : e;
}

/* ---- the service ---- */

/* Of those in a file of PEM the first: ours comes before its authority's. */
static struct span
first_cert(struct span pem)
{
	static const char end[] = "-----END CERTIFICATE-----\n";
	const uint8_t *at =
		pem.n == 0 ? NULL : memmem(pem.at, pem.n, end, sizeof(end) - 1);

	return at == NULL ? pem
			  : span_of(pem.at,
				    (size_t)(at - pem.at) + sizeof(end) - 1);
}

/* The first day of the next thirty on which it does not hold; -1: none. */
static int
ends_in(const struct crypto_cert *cert, int64_t at)
{
	for (int day = 0; day <= CERT_DAYS; day++)
		if (!crypto_cert_valid_on(cert, at + (int64_t)day * DOCTOR_DAY))
			return day;
	return -1;
}

enum err
doctor_service(struct doctor *d)
{
	static const char todo[] =
		"put a new service/server.crt (and server.key) there, then "
		"reload the service";
	OWNED(crypto_cert) cert = NULL;
	OWNED_BUF(pem, CERT_FILE);
	enum err e = os_read(d->dir, "service/server.crt", &pem);
	int day;

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK)
		e = crypto_cert_parse(first_cert(buf_span(&pem)), &cert);
	if (e != ERR_OK)
		return doctor_tell(d, DOCTOR_WRONG, todo,
			"service/server.crt: %s", err_text(e));
	day = ends_in(cert, d->at);
	if (day < 0)
		return ERR_OK;
	return day == 0 ? doctor_tell(d, DOCTOR_WRONG, todo,
				  "service/server.crt has ended, or has not "
				  "begun: nobody who checks it connects")
			: doctor_tell(d, DOCTOR_LOOK, todo,
				  "service/server.crt ends in %d days", day);
}

/* ---- the log ---- */

enum err
doctor_log(struct doctor *d)
{
	struct why why = {""};
	uint64_t n = 0;
	enum err e = proc_log_check(d->dir, &n, &why);

	if (e == ERR_MISMATCH || e == ERR_DAMAGED)
		return doctor_tell(d, DOCTOR_WRONG,
			"keep all files of log/ apart and find out who changed "
			"them: the ledger's acts `log` have their hashes",
			"%s", why.text);
	if (e != ERR_OK)
		return doctor_tell(d, DOCTOR_WRONG,
			"see to it that it can be read: no verb works without "
			"its log",
			"log/: %s", err_text(e));
	if (n == 0)
		return doctor_tell(d, DOCTOR_LOOK,
			"see to it that it is kept for seven years where it "
			"goes (the line `log` of the file `instance`)",
			"log/ has no file");
	return ERR_OK;
}

/* ---- the machine ---- */

enum err
doctor_locks(struct doctor *d)
{
	static const char name[] = "Landlock ABI ";
	const char *text = proc_sandbox_text();
	const char *abi = strstr(text, name);
	unsigned version = 0;

	if (abi == NULL)
		return doctor_tell(d, DOCTOR_WRONG,
			"a kernel with Landlock in CONFIG_LSM (Debian 12 has "
			"it)",
			"this kernel has no Landlock: processes reach files "
			"that they need not");
	for (abi += sizeof(name) - 1; *abi >= '0' && *abi <= '9'; abi++)
		version = version * 10 + (unsigned)(*abi - '0');
	if (version < LOCKED_TCP)
		return doctor_tell(d, DOCTOR_LOOK,
			"a kernel from 6.7 on refuses TCP as well",
			"Landlock ABI %u cannot refuse TCP; seccomp does for "
			"all but the judge",
			version);
	return strstr(text, "no seccomp") == NULL &&
			       strstr(text, "seccomp") != NULL
		       ? ERR_OK
		       : doctor_tell(d, DOCTOR_LOOK,
				 "a build without sanitizers",
				 "this program was built without seccomp");
}

enum err
doctor_crypto(struct doctor *d)
{
	const char *text = crypto_version();

	if (strstr(text, "provider: active") != NULL)
		return ERR_OK;
	return doctor_tell(d, d->sandbox ? DOCTOR_FINE : DOCTOR_LOOK,
		"openssl fipsinstall, and default_properties = fips=yes in "
		"openssl.cnf",
		"weir " WEIR_VERSION ", %s", text);
}
