/* SPDX-License-Identifier: Apache-2.0 */
#include "roll/roll_int.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static enum err
roll_start(struct roll *roll, enum roll_check check, struct why *why)
{
	enum err e = roll_check_head(roll, why);

	if (e == ERR_OK && check == ROLL_CHECK_ALL)
		e = roll_check_sums(roll, why);
	return e;
}

enum err
roll_from_bytes(struct span bytes, enum roll_check check,
	struct roll **ret_roll, struct why *reterr_why)
{
	OWNED(roll) roll = mem_zeroed(sizeof(*roll));
	enum err e;

	if (roll == NULL)
		return err_origin(ERR_NOMEM);
	must(((uintptr_t)bytes.at & 7) == 0);
	roll->at = bytes.at;
	roll->n = bytes.n;
	e = roll_start(roll, check, reterr_why);
	if (e == ERR_OK)
		*ret_roll = roll_take(&roll);
	return e;
}

enum err
roll_open(int fd, enum roll_check check, struct roll **ret_roll,
	struct why *reterr_why)
{
	OWNED(roll) roll = mem_zeroed(sizeof(*roll));
	struct stat st;
	void *at;
	enum err e;

	if (roll == NULL)
		return err_origin(ERR_NOMEM);
	if (fstat(fd, &st) != 0)
		return err_origin(ERR_IO);
	if (st.st_size < (off_t)ROLL_HEADER)
		return why_set(reterr_why, ERR_DAMAGED,
			"the roll is cut short: not even a header");
	at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return err_origin(ERR_IO);
	roll->at = at;
	roll->n = (size_t)st.st_size;
	roll->mapped = true;
	e = roll_start(roll, check, reterr_why);
	if (e == ERR_OK)
		*ret_roll = roll_take(&roll);
	return e;
}

struct roll *
roll_free(struct roll *roll)
{
	union {
		const uint8_t *in;
		void *out;
	} at;

	if (roll == NULL)
		return NULL;
	at.in = roll->at;
	roll->below = roll_free(roll->below);
	mem_free(roll->hidden);
	if (roll->mapped)
		(void)munmap(at.out, roll->n);
	mem_free(roll);
	return NULL;
}
