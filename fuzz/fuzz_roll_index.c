/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an index: refused DAMAGED.  And any edits of a sound index,
 * sealed anew as a forger would: whatever it then says, no look-up leaves it.
 * The first byte chooses; edits are u16 place, u8 value, after the header.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "roll/roll.h"
#include "roll/roll_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { IMAGE_MAX = 64 * 1024, WALK_MAX = 64 };

static _Alignas(64) uint8_t image[IMAGE_MAX];
static _Alignas(64) uint8_t base[IMAGE_MAX];
static size_t base_n;

static const char csv[] =
	"person_id,tin,tin_type,given_name,middle_name,surname,suffix,"
	"birth_date,filing_role,joint_id,tax_year,address_line,unit,city,"
	"state,zip,address_source,screen\n"
	"P1,123456789,SSN,ANA,M,GARCIA,,1980-02-03,primary,,2020,"
	"12 N MAIN ST,APT 4,RIO LINDA,CA,95673,return,\n"
	"P1,123456789,SSN,ANA,M,GARCIA,,1980-02-03,primary,,2021,"
	"PO BOX 9,,TULSA,OK,74153,care-of,ci\n"
	"P2,,,BO,,CHO,JR,,dependent,,2021,"
	"12 N MAIN ST,APT 4,RIO LINDA,CA,95673,return,\n";

static void
start(void)
{
	struct span bytes = span_of(csv, sizeof(csv) - 1);
	struct roll_source source = roll_source_bytes("csv", &bytes);
	int fd = memfd_create("roll", MFD_CLOEXEC);
	struct roll_stats stats;

	must(crypto_init() == ERR_OK && fd >= 0);
	must(roll_build(&source, 1, fd, NULL, &stats, NULL) == ERR_OK);
	base_n = stats.index_bytes;
	must(base_n <= IMAGE_MAX);
	must(pread(fd, base, base_n, 0) == (ssize_t)base_n);
	(void)close(fd);
}

static uint64_t
touch(struct span s)
{
	return roll_checksum(s);
}

static uint64_t
walk_person(const struct roll *roll, uint32_t p)
{
	struct roll_person is = roll_person(roll, p);
	struct roll_own_address own;
	uint64_t sum = touch(is.id);

	for (uint32_t i = 0; i < is.n_spans && i < WALK_MAX; i++) {
		struct roll_span span = roll_span(roll, p, i);
		struct address_text at = roll_address(roll, span.address);
		struct person_address standard;

		must(span.role < ROLL_N_ROLES && span.origin < ROLL_N_ORIGINS &&
			span.screen < ROLL_N_SCREENS);
		roll_address_standard(roll, span.address, &standard);
		sum += touch(at.line) + touch(at.city) + touch(at.zip) +
		       roll_find_house(roll, roll_house_key(&standard)).n;
	}
	for (uint32_t i = 0; i < is.n_identities && i < WALK_MAX; i++) {
		struct roll_identity id = roll_identity(roll, p, i);

		sum += touch(id.given) + touch(id.surname) +
		       roll_find_tin(roll, id.tin).n;
	}
	sum += roll_own_address(roll, p, 2020, &own);
	return sum;
}

static void
try_open(size_t n, enum roll_check check)
{
	struct roll *roll = NULL;
	struct why why = {{0}};
	enum err e = roll_from_bytes(span_of(image, n), check, &roll, &why);

	must(e == ERR_OK || (e == ERR_DAMAGED && why.text[0] != '\0'));
	if (e != ERR_OK)
		return;
	for (uint32_t p = 0; p < roll_n_people(roll) && p < WALK_MAX; p++)
		(void)walk_person(roll, p);
	(void)roll_find_person(roll, SPAN("P1"));
	roll = roll_free(roll);
}

static void
edit(const uint8_t *data, size_t size)
{
	memcpy(image, base, base_n);
	for (size_t i = 0; i + 3 <= size; i += 3) {
		size_t at = (size_t)data[i] << 8 | data[i + 1];

		image[ROLL_HEADER + at % (base_n - ROLL_HEADER)] = data[i + 2];
	}
	roll_seal(image, base_n);
	try_open(base_n, ROLL_CHECK_ALL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (base_n == 0)
		start();
	if (size == 0 || size > IMAGE_MAX)
		return 0;
	if ((data[0] & 1) != 0) {
		edit(data + 1, size - 1);
		return 0;
	}
	memcpy(image, data + 1, size - 1);
	try_open(size - 1, ROLL_CHECK_ALL);
	try_open(size - 1, ROLL_CHECK_HEAD);
	return 0;
}
