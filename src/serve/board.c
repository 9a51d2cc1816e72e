/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/board.h"

#include <stdio.h>
#include <sys/mman.h>

enum { MS = 1000000 };

static void *
page(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

enum err
board_make(struct board *ret_board)
{
	ret_board->parent = page(sizeof(*ret_board->parent));
	ret_board->gate = page(sizeof(*ret_board->gate));
	if (ret_board->parent == NULL || ret_board->gate == NULL)
		return err_origin(ERR_NOMEM);
	atomic_store(&ret_board->parent->state, BOARD_STARTING);
	ret_board->gate->n = 1;
	return ERR_OK;
}

enum err
board_lock(const struct board *board, bool gate)
{
	if (mprotect(board->parent, sizeof(*board->parent), PROT_READ) != 0 ||
		(!gate && mprotect(board->gate, sizeof(*board->gate),
				  PROT_READ) != 0))
		return err_origin(ERR_IO);
	return ERR_OK;
}

const char *
board_says(const struct board *board, int64_t ticks)
{
	static const char *const says[] = {
#define READY_STATE(name, text) text,
#include "serve/board.def"
	};
	int64_t looked = atomic_load(&board->parent->looked);
	uint32_t state = atomic_load(&board->parent->state);

	if (looked == 0 || ticks - looked > (int64_t)BOARD_STALE_MS * MS ||
		state >= BOARD_STATES)
		return says[BOARD_STARTING];
	return state == BOARD_READY ? NULL : says[state];
}

size_t
board_agency(struct board *board, const char *id)
{
	struct board_gate *g = board->gate;
	size_t n = g->n < BOARD_AGENCIES ? g->n : BOARD_AGENCIES;

	for (size_t i = 1; i < n; i++)
		if (strncmp(g->agency[i].id, id, ANSWER_AGENCY) == 0)
			return i;
	if (n == BOARD_AGENCIES)
		return BOARD_AGENCIES - 1;
	(void)snprintf(g->agency[n].id, ANSWER_AGENCY, "%s", id);
	g->n = n + 1;
	return n;
}
