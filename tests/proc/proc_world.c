/* SPDX-License-Identifier: Apache-2.0 */
#include "proc_world.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/code.h"
#include "base/day.h"
#include "law/law_int.h"
#include "os/file.h"
#include "proc/proc_check.h"
#include "proc/proc_people.h"
#include "proc/proc_proof.h"
#include "proc/proc_roll.h"
#include "proc/proc_submit.h"
#include "synth/synth.h"

static char folder[64];
static char instance[WORLD_PATH];
static unsigned n_copies;

static void
fine(enum err e, const struct why *why)
{
	if (e != ERR_OK)
		fail_msg("%s: %s", err_text(e), why->text);
}

static int
to_file(void *user, struct span bytes)
{
	return fwrite(bytes.at, 1, bytes.n, user) != bytes.n;
}

static FILE *
create(const char *name, char path[WORLD_PATH])
{
	FILE *f;

	(void)snprintf(path, WORLD_PATH, "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	return f;
}

static void
read_whole(const char *path, struct buf *to)
{
	FILE *f = fopen(path, "r");
	char some[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(some, 1, sizeof(some), f)) > 0)
		buf_bytes(to, span_of(some, n));
	(void)fclose(f);
}

/* The manifest and its signature by the sandbox's certifier. */
static void
write_manifest(const struct synth_request_options *o, const char *requests,
	char path[WORLD_PATH], char signature[WORLD_PATH])
{
	OWNED_BUF(all, 1 << 26);
	OWNED_BUF(hex, 128);
	OWNED_BUF(text, 1 << 16);
	OWNED_BUF(cms, 1 << 16);
	uint8_t hash[CRYPTO_SHA384];
	struct instance_actor a = {0};
	struct why why = {""};
	FILE *f;

	read_whole(requests, &all);
	crypto_sha384(buf_span(&all), hash);
	code_hex(&hex, span_of(hash, sizeof(hash)));
	synth_manifest(o, buf_span(&hex), &text);
	f = create("manifest.json", path);
	(void)to_file(f, buf_span(&text));
	(void)fclose(f);
	fine(instance_actor_read(world_key(instance, "certifier"), &a, &why),
		&why);
	fine(crypto_cms_sign(a.key, a.cert, buf_span(&text), &cms), &why);
	instance_actor_fini(&a);
	f = create("manifest.p7s", signature);
	(void)to_file(f, buf_span(&cms));
	(void)fclose(f);
}

static void
draw(const struct synth_request_options *o, char roll[WORLD_PATH],
	char requests[WORLD_PATH])
{
	char unused[WORLD_PATH];
	struct why why = {""};
	FILE *r = create("roll.csv", roll);
	FILE *q = create("requests.jsonl", requests);
	FILE *t = create("truth.csv", unused);

	fine(synth_roll(&o->world, &(struct synth_sink){to_file, r}, &why),
		&why);
	fine(synth_requests(o, &(struct synth_sink){to_file, q},
		     &(struct synth_sink){to_file, t}, &why),
		&why);
	(void)fclose(r);
	(void)fclose(q);
	(void)fclose(t);
}

static int
submit_it(void *arg)
{
	static struct proc_submit_result result;
	enum err e = proc_submit(arg, &result);

	if (e != ERR_OK)
		print_error("%s: %s\n", err_text(e), result.why.text);
	return e != ERR_OK || result.lines != WORLD_REQUESTS;
}

int
world_apart(int (*run)(void *arg), void *arg)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(run(arg));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
write_file(const char *path, struct span bytes)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.at, 1, bytes.n, f), bytes.n);
	assert_int_equal(fclose(f), 0);
}

/* Beside the program that is tested. */
static void
prover_path(char to[WORLD_PATH])
{
	const char *weir = getenv("WEIR");

	assert_non_null(weir);
	(void)snprintf(to, WORLD_PATH, "%s-prove", weir);
}

static void
claim(const struct law *law, struct proof_receipt *r)
{
	for (int i = 0; i < PROOF_STATED; i++)
		r->line[r->n_lines++].property = (enum proof_property)i;
	for (size_t i = 0; i < law->n_proofs; i++) {
		struct proof_line *line = &r->line[r->n_lines++];

		line->property = law->proof[i].implied != NULL ? PROOF_STATED
							       : PROOF_COMPARED;
		(void)snprintf(line->about, sizeof(line->about), "%s",
			law->proof[i].name);
	}
}

static void
sign_claims(const char *path, const struct law *law, struct proof_receipt *r,
	struct proc_proof *ret)
{
	struct instance_actor prover = {0};
	struct why why = {""};

	(void)snprintf(r->agreement, sizeof(r->agreement), "%s",
		law_agreement_id(law));
	(void)snprintf(r->program, sizeof(r->program), "%s", proof_program());
	(void)snprintf(r->solver, sizeof(r->solver), "none");
	proof_world(r->world);
	r->day = day_at(os_now());
	claim(law, r);
	proof_write(r, &ret->receipt);
	fine(instance_actor_read(world_key(path, "prover"), &prover, &why),
		&why);
	fine(crypto_cms_sign(prover.key, prover.cert, buf_span(&ret->receipt),
		     &ret->receipt_signature),
		&why);
	instance_actor_fini(&prover);
}

void
world_prove_files(const char *path, const struct law *law,
	const struct proc_law_file *files, size_t n, struct proc_proof *ret)
{
	static struct proof_receipt r;

	r = (struct proof_receipt){.n_files = n};
	for (size_t i = 0; i < n; i++)
		proof_file_of(files[i].name, files[i].text, &r.file[i]);
	sign_claims(path, law, &r, ret);
}

void
world_prove(const char *path, const char *file)
{
	static struct proof_receipt r;
	static struct proc_check_files files;
	OWNED(law) law = NULL;
	OWNED_BUF(error, 1 << 16);
	OWNED_PROOF(proof);
	char out[3 * WORLD_PATH];
	struct why why = {""};

	fine(crypto_init(), &why);
	fine(proc_check_law_files(file, NULL, 0, &law, &files, &error, &why),
		&why);
	r = (struct proof_receipt){.n_files = files.n};
	memcpy(r.file, files.file, sizeof(r.file));
	sign_claims(path, law, &r, &proof);
	(void)snprintf(out, sizeof(out), "%s.receipt", file);
	write_file(out, buf_span(&proof.receipt));
	(void)snprintf(out, sizeof(out), "%s.receipt.p7s", file);
	write_file(out, buf_span(&proof.receipt_signature));
}

int
world_make(void **state)
{
	struct synth_request_options o = {
		.world = {1500, 7, 2019, 2023},
		.n = WORLD_REQUESTS,
		.requests_seed = 7,
		.agreement = "AG-IRS-ICE-2025",
		.sequence = 1,
		.certifier = "ICE-DIR",
	};
	char roll[WORLD_PATH];
	char requests[WORLD_PATH];
	char manifest[WORLD_PATH];
	char signature[WORLD_PATH];
	char prover[WORLD_PATH];
	struct proc_roll_result rolled;
	struct proc_submit_options submit = {
		.path = instance,
		.requests = requests,
		.manifest = manifest,
		.signature = signature,
	};
	const char *files[] = {roll};
	const char *top = getenv("TMPDIR");
	struct why why = {""};
	uint64_t a;
	uint64_t b;

	(void)state;
	assert_true(day_parse(SPAN(WORLD_TODAY), &o.today));
	submit.today = o.today;
	(void)snprintf(folder, sizeof(folder), "%.40s/weir-proc-XXXXXX",
		top == NULL ? "/tmp" : top);
	assert_non_null(mkdtemp(folder));
	(void)snprintf(instance, sizeof(instance), "%s/instance", folder);
	prover_path(prover);
	fine(instance_init(instance, true, prover, &why), &why);
	draw(&o, roll, requests);
	fine(proc_people_enroll(instance, requests, &a, &b, &why), &why);
	fine(proc_roll_load(instance, files, 1, false, NULL, &rolled, &why),
		&why);
	write_manifest(&o, requests, manifest, signature);
	assert_int_equal(world_apart(submit_it, &submit), 0);
	return 0;
}

int
world_remove(void **state)
{
	char command[WORLD_PATH + 16];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

const char *
world_path(void)
{
	return instance;
}

const char *
world_copy(void)
{
	static char path[WORLD_PATH];
	char command[3 * WORLD_PATH];

	(void)snprintf(
		path, sizeof(path), "%.200s/copy-%u", folder, ++n_copies);
	(void)snprintf(
		command, sizeof(command), "cp -a '%s' '%s'", instance, path);
	assert_int_equal(system(command), 0);
	return path;
}

const char *
world_key(const char *path, const char *who)
{
	static char key[WORLD_PATH + 32];

	(void)snprintf(key, sizeof(key), "%s/sandbox/%s.key", path, who);
	return key;
}

void
world_open(const char *path, unsigned want, const char *who,
	struct instance *ret_in)
{
	fine(instance_open(path, want,
		     who == NULL ? NULL : world_key(path, who), DAY_NONE,
		     ret_in),
		&ret_in->why);
}

void
world_sql(const char *path, const char *sql)
{
	char name[WORLD_PATH + 16];
	sqlite3 *db = NULL;
	char *says = NULL;

	(void)snprintf(name, sizeof(name), "%s/store.db", path);
	assert_int_equal(sqlite3_open(name, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &says) != SQLITE_OK)
		fail_msg("%s: %s", sql, says);
	assert_true(sqlite3_changes(db) > 0);
	(void)sqlite3_close(db);
}

void
world_damage(const char *path, const char *pattern, long at)
{
	char name[2 * WORLD_PATH];
	glob_t found = {0};
	FILE *f;
	int c;

	(void)snprintf(name, sizeof(name), "%s/%s", path, pattern);
	assert_int_equal(glob(name, 0, NULL, &found), 0);
	f = fopen(found.gl_pathv[0], "r+");
	assert_non_null(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	c = fgetc(f);
	assert_true(c != EOF);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	assert_int_equal(fputc(c ^ 1, f), c ^ 1);
	assert_int_equal(fclose(f), 0);
	globfree(&found);
}
