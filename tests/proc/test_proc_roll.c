/* SPDX-License-Identifier: Apache-2.0 */
/* roll info: what serves, and that what is damaged says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "os/file.h"
#include "proc/proc_roll.h"

static const char csv[] =
	"person_id,tin,tin_type,given_name,middle_name,surname,suffix,"
	"birth_date,filing_role,joint_id,tax_year,address_line,unit,city,"
	"state,zip,address_source,screen\n"
	"P1,123456789,SSN,ANA,,GARCIA,,1980-02-03,primary,,2020,"
	"12 N MAIN ST,,RIO LINDA,CA,95673,return,\n"
	"P2,,,BO,,CHO,,,dependent,,2022,12 N MAIN ST,,RIO LINDA,CA,95673,"
	"return,\n";

static char folder[64];

static void
below(const char *name, char to[128])
{
	(void)snprintf(to, 128, "%s/%s", folder, name);
}

static void
build_roll(void)
{
	struct span bytes = span_text(csv);
	struct roll_source source = roll_source_bytes("csv", &bytes);
	struct roll_stats stats;
	char path[128];
	int fd;

	below("roll", path);
	assert_int_equal(mkdir(path, 0700), 0);
	below("roll/1.idx", path);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(
		roll_build(&source, 1, fd, NULL, &stats, NULL), ERR_OK);
	(void)close(fd);
	below("roll/current", path);
	assert_int_equal(symlink("1.idx", path), 0);
}

static int
start(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/weir-roll-XXXXXX");
	return crypto_init() == ERR_OK && mkdtemp(folder) != NULL ? 0 : -1;
}

static int
stop(void **state)
{
	static const char *const names[] = {"roll/current", "roll/1.idx"};
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		below(names[i], path);
		(void)unlink(path);
	}
	below("roll", path);
	(void)rmdir(path);
	return rmdir(folder);
}

static void
what_serves_is_told_from_its_header(void **state)
{
	struct roll_info info;
	struct why why = {""};
	int64_t at = 0;

	(void)state;
	assert_int_equal(
		proc_roll_info(folder, true, &info, &at, &why), ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "weir roll load"));
	build_roll();
	assert_int_equal(
		proc_roll_info(folder, true, &info, &at, &why), ERR_OK);
	assert_int_equal(info.version, ROLL_VERSION);
	assert_int_equal(info.n_people, 2);
	assert_int_equal(info.n_rows, 2);
	assert_int_equal(info.n_addresses, 1);
	assert_int_equal(info.first_year, 2020);
	assert_int_equal(info.last_year, 2022);
	assert_false(info.sorted_first);
	assert_true(at > 1500000000);
}

/* One byte of the name: the header does not tell, reading all of it does. */
static void
what_is_damaged_is_told_by_reading_it_all(void **state)
{
	struct roll_info info;
	struct why why = {""};
	char path[128];
	int64_t at = 0;
	int fd;

	(void)state;
	build_roll();
	below("roll/1.idx", path);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "X", 1, 4096 + 8), 1);
	assert_int_equal(
		proc_roll_info(folder, false, &info, &at, &why), ERR_OK);
	assert_int_equal(
		proc_roll_info(folder, true, &info, &at, &why), ERR_DAMAGED);
	assert_non_null(strstr(why.text, "not what was written"));
	assert_int_equal(ftruncate(fd, 5000), 0);
	assert_int_equal(
		proc_roll_info(folder, false, &info, &at, &why), ERR_DAMAGED);
	assert_non_null(strstr(why.text, "cut short"));
	(void)close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_serves_is_told_from_its_header, start, stop),
		cmocka_unit_test_setup_teardown(
			what_is_damaged_is_told_by_reading_it_all, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
